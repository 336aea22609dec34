import type { RolloutPlan } from '../plan/plan.ts';
import type { RolloutRow, StoredRollout } from './rollout-tables.ts';

/** A rollout as it leaves the store. */
export function readRollout(stored: StoredRollout): RolloutRow {
  return {
    ...stored,
    plan: JSON.parse(stored.plan) as RolloutPlan,
    cutoffs: JSON.parse(stored.cutoffs) as RolloutRow['cutoffs'],
  };
}

/** A rollout as the store takes it. */
export function storedRollout(row: RolloutRow): StoredRollout {
  return { ...row, plan: JSON.stringify(row.plan), cutoffs: JSON.stringify(row.cutoffs) };
}
