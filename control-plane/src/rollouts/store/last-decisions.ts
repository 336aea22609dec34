import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DecisionRow } from './rollout-tables.ts';

/** What devices were told and did: it does not say why a rollout is where it is. */
const COURSE_OF_DEVICES = ['tell', 'join', 'expire', 'take-back', 'yield', 'bake', 'end-back'];

/** Of each rollout, the last decision that led it where it is. */
export async function lastDecisions(
  database: Database,
  rollouts: readonly RolloutId[],
): Promise<Map<RolloutId, DecisionRow>> {
  if (rollouts.length === 0) return new Map();
  const rows = await database
    .selectFrom('rollout_decisions')
    .selectAll()
    .where('id', 'in', (from) =>
      from
        .selectFrom('rollout_decisions')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('rollout', 'in', rollouts)
        .where('event', 'not in', COURSE_OF_DEVICES)
        .groupBy('rollout'),
    )
    .execute();
  return new Map(rows.map((row) => [row.rollout, row]));
}
