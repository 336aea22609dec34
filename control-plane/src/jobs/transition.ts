import type { Database } from '../database/open-stores.ts';
import { type JobEvent, type JobState, nextState } from './job-states.ts';
import type { JobRow } from './job-tables.ts';

/**
 * Takes a job where an event leads, if it is still as it was read: state and lease are part of the
 * condition, so that of two who want to change it one does.
 * @param silentSince for `expire`: only if the lease has not been extended beyond that time
 * @returns the new state; null where the event has no meaning any more, and nothing was changed
 */
export async function transition(
  database: Database,
  row: JobRow,
  event: JobEvent,
  changes: Partial<JobRow>,
  silentSince?: number,
): Promise<JobState | null> {
  const state = nextState(row.state, event, {
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
  });
  if (state === null) return null;
  let update = database
    .updateTable('jobs')
    .set({ ...changes, state })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .where('lease_id', row.lease_id === null ? 'is' : '=', row.lease_id);
  if (silentSince !== undefined) update = update.where('lease_expires_at', '<=', silentSince);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return numUpdatedRows === 1n ? state : null;
}
