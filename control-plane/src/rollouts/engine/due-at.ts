import type { RolloutRow } from '../store/rollout-tables.ts';

/** When something comes due for a rollout by the clock alone; null: nothing does. */
export function dueAt(
  row: Pick<RolloutRow, 'state' | 'since' | 'start_at' | 'wave' | 'plan'>,
): number | null {
  if (row.state === 'scheduled') return row.start_at;
  const { waves, shadow } = row.plan;
  if (row.state === 'shadowing') return row.since + (shadow?.forMillis ?? 0);
  if (row.state === 'baking') return row.since + (waves[row.wave]?.bakeMillis ?? 0);
  return null;
}
