import { seededRandom } from '@edgeloop/protocol';
import { shuffled } from '../augment/batches.ts';
import { byLabel } from '../dataset/split.ts';
import type { LearningPoint } from './learning-curve.ts';

/** Shares of the training side that are trained on. */
const SHARES = [0.1, 0.2, 0.4, 0.7, 1];
const SEEDS = [1, 2, 3];

/**
 * Trains on growing parts of the training side. The parts of one seed are nested, each has its
 * share of every class, one picture of it at least.
 * @param train Trains on these samples and returns the accuracy on the test side, the same one
 * every time.
 */
export async function runLearningTrials<T extends { readonly label: number }>(
  samples: readonly T[],
  train: (part: readonly T[], seed: number) => Promise<number>,
  signal: AbortSignal,
): Promise<LearningPoint[]> {
  const points: LearningPoint[] = [];
  for (const seed of SEEDS) {
    for (const part of nestedParts(samples, seed)) {
      signal.throwIfAborted();
      points.push({ pictures: part.length, seed, accuracy: await train(part, seed) });
    }
  }
  return points;
}

/** The parts of the samples for one seed, from the smallest to all; as many as differ in size. */
export function nestedParts<T extends { readonly label: number }>(
  samples: readonly T[],
  seed: number,
  shares: readonly number[] = SHARES,
): T[][] {
  const orders = [...byLabel(samples)].map(([label, some]) =>
    shuffled(some, seededRandom(seed, label)),
  );
  const parts = shares.map((share) =>
    orders.flatMap((order) => order.slice(0, Math.max(1, Math.round(share * order.length)))),
  );
  return parts.filter((part, i) => part.length > 0 && part.length !== parts[i - 1]?.length);
}
