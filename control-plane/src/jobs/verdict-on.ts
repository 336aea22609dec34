import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { GateView } from '../resources/model.ts';

/**
 * What the gate said of a model that a job of the task trained, the last time; null: none did.
 */
export async function verdictOn(
  database: Database,
  task: TaskId,
  model: Sha256,
): Promise<GateView | null> {
  const row = await database
    .selectFrom('jobs')
    .select(['id', 'verdict'])
    .where('task', '=', task)
    .where('package', '=', model)
    .orderBy('ended_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.verdict ? { job: row.id, verdict: JSON.parse(row.verdict) } : null;
}
