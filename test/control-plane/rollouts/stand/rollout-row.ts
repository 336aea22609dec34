import type { Database } from '../../../../control-plane/src/database/open-stores.ts';
import { completePlan } from '../../../../control-plane/src/rollouts/plan/complete-plan.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { storedRollout } from '../../../../control-plane/src/rollouts/store/rollout-row.ts';
import type { RolloutRow } from '../../../../control-plane/src/rollouts/store/rollout-tables.ts';
import { planOf } from './running-fleet.ts';

/** A rollout as the store has it. */
export async function insertRollout(
  database: Database,
  changes: Partial<RolloutRow> & { readonly id: RolloutId },
): Promise<RolloutRow> {
  const row: RolloutRow = {
    name: 'a test',
    lane: 'model/main',
    cargo: 'b'.repeat(64),
    priority: 0,
    plan: completePlan(planOf() as NewRollout),
    state: 'rolling',
    paused_from: null,
    revision: 1,
    wave: 0,
    cutoffs: [],
    since: 1,
    wave_began_at: 1,
    created_at: 1,
    created_by: 'token:a test',
    last_said: null,
    approved_at: null,
    approved_by: null,
    start_at: null,
    started_at: 1,
    ended_at: null,
    reason: null,
    ...changes,
  };
  await database.insertInto('rollouts').values(storedRollout(row)).execute();
  return row;
}
