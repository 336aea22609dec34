import type { Attributes, DeviceId } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** These tags and no other. */
export async function setTags(
  trx: Transaction<Tables>,
  device: DeviceId,
  tags: readonly string[],
): Promise<void> {
  await trx.deleteFrom('device_tags').where('device', '=', device).execute();
  const rows = [...new Set(tags)].map((tag) => ({ device, tag }));
  if (rows.length > 0) await trx.insertInto('device_tags').values(rows).execute();
}

/** These attributes and no other. */
export async function setAttributes(
  trx: Transaction<Tables>,
  device: DeviceId,
  attributes: Attributes,
): Promise<void> {
  await trx.deleteFrom('device_attributes').where('device', '=', device).execute();
  const rows = Object.entries(attributes).map(([name, value]) => ({
    device,
    name,
    value: JSON.stringify(value),
  }));
  if (rows.length > 0) await trx.insertInto('device_attributes').values(rows).execute();
}
