import { type Health, SCORE_BUCKETS } from '@edgeloop/protocol';

/** 0: certain … 1: the two best classes are even. */
export type Uncertainty = number;

/** One less the margin between the two best scores; null where the model said nothing. */
export function uncertaintyOfScores(scores: Readonly<Record<string, number>>): Uncertainty | null {
  const [best, second = 0] = Object.values(scores).sort((a, b) => b - a);
  return best === undefined ? null : clamp(1 - (best - second));
}

/**
 * The class with the highest score, the first by name where two are even; null: the model said
 * nothing.
 */
export function guessOf(scores: Readonly<Record<string, number>>): string | null {
  const ordered = Object.entries(scores).sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1));
  return ordered[0]?.[0] ?? null;
}

/**
 * How unsure the models of a device are on the whole: the mean of one less the winning score, over
 * all that it has classified since it started. Null: nothing yet.
 */
export function uncertaintyOfHealth(health: Health): Uncertainty | null {
  let classified = 0;
  let sum = 0;
  for (const { scores } of Object.values(health.models)) {
    for (const counts of Object.values(scores)) {
      for (const [i, upper] of SCORE_BUCKETS.entries()) {
        const count = counts[i] ?? 0;
        classified += count;
        sum += count * (1 - (upper + (SCORE_BUCKETS[i - 1] ?? 0)) / 2);
      }
    }
  }
  return classified === 0 ? null : clamp(sum / classified);
}

const clamp = (value: number) => Math.max(0, Math.min(1, value));
