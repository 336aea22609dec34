import type { EpochMillis } from '@edgeloop/protocol';
import { DAY, type DriftState, HOUR, LEAST_FRAMES } from './drift-state.ts';
import { addCounts, type ScoreCounts, totalOf } from './score-counts.ts';
import { stabilityIndex } from './stability-index.ts';

/** How far the scores of the last day are from those of the first days. */
export interface Drift {
  readonly psi: number;
  /** Frames of the last day. */
  readonly samples: number;
}

/**
 * Null where it can't be told: the first days are not over, a day since them is not, too few frames
 * came, or what is seen is no more than chance gives.
 */
export function measureDrift({ reference, recent }: DriftState, now: EpochMillis): Drift | null {
  if (reference.to === null || now - reference.to < DAY) return null;
  const counts = recent
    .filter(({ hour }) => (hour + 24) * HOUR > now)
    .reduce<ScoreCounts>((sum, window) => addCounts(sum, window.counts), {});
  const samples = totalOf(counts);
  if (samples < LEAST_FRAMES) return null;
  const { psi, noise } = stabilityIndex(reference.counts, counts);
  return psi > noise ? { psi, samples } : null;
}
