import type { RolloutPage, RolloutSummary } from '../../../src/resources/rollout.ts';

/** What of a list is seen: rows newest first, and new ones that wait. */
export interface Shown {
  readonly filter: string;
  readonly rows: readonly RolloutSummary[];
  readonly waiting: readonly RolloutSummary[];
  /** Of the oldest page that was read. */
  readonly next: string | null;
}

/**
 * The newest page, read again, in what is shown: rows that are known become as they are now, those that no longer fit the filter
 * go, new ones wait. Older pages stay.
 */
export function mergeNewest(shown: Shown | null, filter: string, page: RolloutPage): Shown {
  const { rollouts, next } = page;
  if (shown?.filter !== filter) return { filter, rows: rollouts, waiting: [], next };
  const read = new Map(rollouts.map((row) => [row.rollout, row]));
  const known = new Set(shown.rows.map(({ rollout }) => rollout));
  const oldest = next === null ? '' : (rollouts.at(-1)?.createdAt ?? '');
  const rows = shown.rows.flatMap((row) => {
    const now = read.get(row.rollout);
    if (now) return [now];
    return row.createdAt < oldest ? [row] : [];
  });
  const waiting = rollouts.filter(({ rollout }) => !known.has(rollout));
  // Of an empty list there is nothing that could move.
  if (rows.length === 0) return { filter, rows: waiting, waiting: [], next: shown.next };
  return { filter, rows, waiting, next: shown.next };
}
