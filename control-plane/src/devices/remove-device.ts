import type { DeviceId } from '@edgeloop/protocol';
import { sql } from 'kysely';
import { noteAccountChange } from '../accounts/roster-changes.ts';
import type { Database } from '../database/open-stores.ts';

/** Rows of one transaction: ingest writes to the same file, and must not wait long. */
const BATCH = 1000;

/** So that it is not given again: see `DetectionTable`. */
const KEEP_LAST_ID = sql`UPDATE detection_ids SET given = (SELECT max(id) FROM detections)
  WHERE given < (SELECT max(id) FROM detections)`;

/** The numbers of those that went are given again: what is said with them was said later. */
const LAST_SAID = sql`UPDATE rollouts
  SET last_said = (SELECT coalesce(max(id), 0) FROM configuration_assignments)
  WHERE last_said > (SELECT coalesce(max(id), 0) FROM configuration_assignments)`;

/**
 * Removes all that is stored of a device, and its name is free again. In many transactions: after a
 * kill it is to be called again.
 * @returns how many detections went
 */
export async function removeDevice(database: Database, device: DeviceId): Promise<number> {
  const heard = await database
    .selectFrom('devices')
    .select('id')
    .where('device', '=', device)
    .executeTakeFirst();
  const detections = heard ? await removeHeard(database, heard.id) : 0;
  await database.transaction().execute(async (trx) => {
    await trx.deleteFrom('desired').where('device', '=', device).execute();
    await trx.deleteFrom('assignments').where('device', '=', device).execute();
    await trx.deleteFrom('rollout_devices').where('device', '=', device).execute();
    await trx.deleteFrom('device_tags').where('device', '=', device).execute();
    await trx.deleteFrom('device_attributes').where('device', '=', device).execute();
    await trx.deleteFrom('configuration_assignments').where('device', '=', device).execute();
    await LAST_SAID.execute(trx);
    await trx.deleteFrom('configuration_reports').where('device', '=', device).execute();
    await trx.deleteFrom('device_commands').where('device', '=', device).execute();
    await trx.deleteFrom('device_logs').where('device', '=', device).execute();
    await trx.deleteFrom('enrolments').where('device', '=', device).execute();
    await trx.deleteFrom('accounts').where('name', '=', device).execute();
    await noteAccountChange(trx, device);
  });
  return detections;
}

async function removeHeard(database: Database, id: number): Promise<number> {
  let removed = 0;
  for (let more = true; more; ) {
    const gone = await database.transaction().execute(async (trx) => {
      // The newest of all may be among them: who follows the order of storing is beyond its id.
      await KEEP_LAST_ID.execute(trx);
      return trx
        .deleteFrom('detections')
        .where('id', 'in', (from) =>
          from.selectFrom('detections').select('id').where('device_id', '=', id).limit(BATCH),
        )
        .executeTakeFirst();
    });
    removed += Number(gone.numDeletedRows);
    more = Number(gone.numDeletedRows) === BATCH;
  }
  await database.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('tombstones')
      .where('stream_id', 'in', (from) =>
        from.selectFrom('streams').select('id').where('device_id', '=', id),
      )
      .execute();
    await trx.deleteFrom('streams').where('device_id', '=', id).execute();
    for (const table of [
      'device_totals',
      'device_figures',
      'device_boots',
      'device_runs',
      'health_history',
      'wave_baselines',
    ] as const) {
      await trx.deleteFrom(table).where('device_id', '=', id).execute();
    }
    await trx.deleteFrom('camera_states').where('device_id', '=', id).execute();
    await trx.deleteFrom('devices').where('id', '=', id).execute();
  });
  return removed;
}
