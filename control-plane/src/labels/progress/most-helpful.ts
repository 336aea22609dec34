import { wilsonLower } from '../../statistics/wilson-lower.ts';
import type { ClassEvidence } from './class-evidence.ts';

/** So many more labels are weighed. */
export const MORE = 100;
/** The share that is missed is more than what counts, 19 times in 20. */
const ALPHA = 0.05;

export interface MostHelpful {
  readonly class: string;
  /**
   * `missed`: it has the highest need; `fewest`: nothing was tested yet, and it has the fewest
   * labels.
   */
  readonly because: 'missed' | 'fewest';
  /** 0 … 1, to compare classes with; null: nothing was tested yet. */
  readonly need: number | null;
}

/**
 * Of which class more labels would help most. The need of a class is what the champion surely
 * misses of it, times how much of what is known of it would be new:
 *
 *     need = missed × 100 / (labels + 100)
 *
 * `missed` is the lower end of Wilson's one-sided 95 % interval of the share that the champion's
 * test missed, so that two unlucky samples do not win against forty; 1 for a class that the
 * champion does not have. A class without test samples has no need that anyone knows. Without a
 * champion it is the class with the fewest labels. Null: nothing is known to be missed.
 */
export function mostHelpful(classes: readonly ClassEvidence[]): MostHelpful | null {
  if (classes.every(({ champion }) => champion.state === 'no-champion')) return fewest(classes);
  const needs = classes.flatMap((one) => {
    const missed = missedShare(one);
    return missed > 0 ? [{ one, need: (missed * MORE) / (one.labels + MORE) }] : [];
  });
  const [first] = needs.sort((a, b) => b.need - a.need || a.one.labels - b.one.labels);
  return first ? { class: first.one.class, because: 'missed', need: first.need } : null;
}

function missedShare({ champion }: ClassEvidence): number {
  if (champion.state === 'unknown-class') return 1;
  if (champion.state !== 'tested') return 0;
  const { right, samples } = champion.recall;
  // Where nothing is missed, rounding leaves less than nothing.
  return right === samples ? 0 : wilsonLower(1 - right / samples, samples, ALPHA);
}

function fewest(classes: readonly ClassEvidence[]): MostHelpful | null {
  const [first] = classes.toSorted((a, b) => a.labels - b.labels);
  return first ? { class: first.class, because: 'fewest', need: null } : null;
}
