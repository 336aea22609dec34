import type { Histogram } from './histogram.ts';
import { intersectRanges, type Range } from './range.ts';

/** Levels to which a candidate's bins are merged. */
const LEVELS = 128;
/** Weight of an empty bin, so that the divergence stays finite. */
const SMOOTHING = 1e-4;

/**
 * The symmetric threshold whose values, merged to few levels, tell least less than the values themselves: the
 * smallest Kullback–Leibler divergence. Values beyond a threshold count as its outermost.
 * Source: S. Migacz, "8-bit Inference with TensorRT", 2017.
 */
export function entropyRange(histogram: Histogram): Range {
  const { counts } = histogram;
  const middle = counts.length / 2;
  const sums = new Float64Array(counts.length + 1);
  counts.forEach((count, i) => {
    sums[i + 1] = (sums[i] as number) + count;
  });
  let least = Number.POSITIVE_INFINITY;
  let half = middle;
  for (let candidate = LEVELS / 2; candidate <= middle; candidate++) {
    const lost = divergence(counts, sums, middle - candidate, middle + candidate);
    if (lost < least) {
      least = lost;
      half = candidate;
    }
  }
  const edges = { min: histogram.edge(middle - half), max: histogram.edge(middle + half) };
  return intersectRanges(histogram.range, edges);
}

/** KL(p‖q) of the bins from `start` to `end` (not included): p with its outliers, q merged to levels and spread again. */
function divergence(counts: Float64Array, sums: Float64Array, start: number, end: number): number {
  const p = counts.slice(start, end);
  const q = spread(p);
  p[0] = (p[0] as number) + (sums[start] as number);
  p[p.length - 1] = (p.at(-1) as number) + (sums.at(-1) as number) - (sums[end] as number);
  // Where an end bin holds nothing but outliers, q has nothing to say: no candidate.
  if (!smooth(p) || !smooth(q)) return Number.POSITIVE_INFINITY;
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const [pTotal, qTotal] = [total(p), total(q)];
  let sum = 0;
  p.forEach((value, i) => {
    const share = value / pTotal;
    sum += share * Math.log(share / ((q[i] as number) / qTotal));
  });
  return sum;
}

/** Each level's count, shared out evenly over those of its bins that hold anything. The last level takes the rest. */
function spread(bins: Float64Array): Float64Array {
  const width = Math.floor(bins.length / LEVELS);
  const result = new Float64Array(bins.length);
  for (let level = 0; level < LEVELS; level++) {
    const from = level * width;
    const to = level === LEVELS - 1 ? bins.length : from + width;
    let sum = 0;
    let filled = 0;
    for (let i = from; i < to; i++) {
      sum += bins[i] as number;
      filled += bins[i] ? 1 : 0;
    }
    for (let i = from; i < to; i++) if (bins[i]) result[i] = sum / filled;
  }
  return result;
}

/** Moves a little from the full bins to the empty ones. @returns false where there is too little to move. */
function smooth(bins: Float64Array): boolean {
  const empty = bins.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0);
  const taken = (SMOOTHING * empty) / (bins.length - empty);
  if (!(taken < 1)) return false;
  bins.forEach((count, i) => {
    bins[i] = count === 0 ? SMOOTHING : count - taken;
  });
  return bins.every((count) => count > 0);
}
