import type { RolloutSummary } from '../../../src/resources/rollout.ts';

/** What of a list is seen: rows newest first, and others that wait. */
export interface ShownRollouts {
  readonly filter: string;
  readonly rows: readonly RolloutSummary[];
  readonly waiting: number;
  /** Rows and those that wait, in their order. */
  readonly all: readonly RolloutSummary[];
}

/**
 * A list that was read again, in what is shown: rows that are known become as they are now, those
 * that it has no longer go. What would push a row that is seen waits; what stands below them all is
 * shown at once.
 */
export function takeRead(
  shown: ShownRollouts | null,
  filter: string,
  all: readonly RolloutSummary[],
): ShownRollouts {
  if (shown?.filter !== filter) return showAll(filter, all);
  const known = new Set(shown.rows.map(({ rollout }) => rollout));
  const last = all.findLastIndex(({ rollout }) => known.has(rollout));
  // Of a list of which nothing is left there is nothing that could be pushed: last is -1 then.
  const rows = all.filter(({ rollout }, i) => i > last || known.has(rollout));
  return { filter, rows, waiting: all.length - rows.length, all };
}

/** Those that wait, too. */
export const showAll = (filter: string, all: readonly RolloutSummary[]): ShownRollouts => ({
  filter,
  rows: all,
  waiting: 0,
  all,
});
