import { INFERENCE_BUCKETS_MS, type Shadow } from '@edgeloop/protocol';
import { countMillis } from '../health/counters.ts';

export type ShadowTotals = Omit<Shadow['slots'][string], 'active' | 'candidate' | 'every'>;

export function newShadowTotals(): ShadowTotals {
  const counts = [...INFERENCE_BUCKETS_MS, Number.POSITIVE_INFINITY].map(() => 0);
  return {
    compared: 0,
    agreed: 0,
    byClass: {},
    skipped: { busy: 0, hot: 0 },
    failed: 0,
    inferenceMillis: { counts, sum: 0 },
  };
}

/** Counts a frame at which both looked. @param label Of the model that decides. */
export function countComparison(
  totals: ShadowTotals,
  label: string,
  agrees: boolean,
  inferenceMillis: number,
): void {
  if (!Object.hasOwn(totals.byClass, label)) totals.byClass[label] = { compared: 0, agreed: 0 };
  for (const counted of [totals, totals.byClass[label]!]) {
    counted.compared += 1;
    if (agrees) counted.agreed += 1;
  }
  countMillis(totals.inferenceMillis, inferenceMillis);
}
