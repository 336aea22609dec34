import type { Database } from '../database/open-stores.ts';
import { JobState } from '../jobs/job-states.ts';
import { RolloutState } from '../rollouts/states/rollout-states.ts';
import type { CountByState } from './metrics.ts';

const STATES = { jobs: JobState, rollouts: RolloutState };

/**
 * How many are in each state; those in which none is are 0, so that a rule has something to
 * compare.
 */
export async function countByState(
  database: Database,
  table: keyof typeof STATES,
): Promise<CountByState> {
  const rows = await database
    .selectFrom(table)
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return {
    ...Object.fromEntries(STATES[table].anyOf.map((state) => [state.const, 0])),
    ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
  };
}
