import type { DeviceId } from '@edgeloop/protocol';
import type { StoreRecord } from '../record.ts';

/** Of the devices that a batch has such a record of. */
export function idsOf(
  name: StoreRecord['name'],
  records: readonly StoreRecord[],
  ids: ReadonlyMap<DeviceId, number>,
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const record of records) {
    if (record.name === name) found.add(ids.get(record.device) as number);
  }
  return found;
}
