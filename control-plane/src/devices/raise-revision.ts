import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/**
 * What is known of a device has changed: the fleet has a new revision, and the device is told of in
 * what came after the one before. A device that is removed needs none: there is one fewer.
 */
export async function raiseRevision(
  trx: Transaction<Tables>,
  device: DeviceId,
  now: EpochMillis,
): Promise<void> {
  const { revision } = await trx
    .updateTable('fleet_revision')
    .set(({ eb }) => ({ revision: eb('revision', '+', 1) }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('device_figures')
    .columns(['device_id', 'revision', 'raised_at'])
    .expression((from) =>
      from
        .selectFrom('devices')
        .select(({ val }) => ['id', val(revision).as('revision'), val(now).as('raised_at')])
        .where('device', '=', device),
    )
    .onConflict((conflict) =>
      conflict.column('device_id').doUpdateSet({ revision, raised_at: now }),
    )
    .execute();
}
