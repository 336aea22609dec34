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
  // One pair for all candidates: there are a thousand, each up to 2048 bins.
  const [p, q] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  let least = Number.POSITIVE_INFINITY;
  let half = middle;
  for (let candidate = LEVELS / 2; candidate <= middle; candidate++) {
    const length = 2 * candidate;
    p.set(counts.subarray(middle - candidate, middle + candidate));
    const clipped = {
      below: sums[middle - candidate] as number,
      above: (sums.at(-1) as number) - (sums[middle + candidate] as number),
    };
    const lost = divergence(p.subarray(0, length), q.subarray(0, length), clipped);
    if (lost < least) {
      least = lost;
      half = candidate;
    }
  }
  const edges = { min: histogram.edge(middle - half), max: histogram.edge(middle + half) };
  return intersectRanges(histogram.range, edges);
}

/** What a candidate clips: so many values on each side, which count as its outermost. */
interface Clipped {
  readonly below: number;
  readonly above: number;
}

/** KL(p‖q): p with its outliers, q the bins without them, merged to levels and spread again. Works in `p` and `q`. */
function divergence(p: Float64Array, q: Float64Array, { below, above }: Clipped): number {
  const { length } = p;
  spread(p, q);
  p[0] = (p[0] as number) + below;
  p[length - 1] = (p[length - 1] as number) + above;
  // Where an end bin holds nothing but outliers, q has nothing to say: no candidate.
  const [pTotal, qTotal] = [smooth(p), smooth(q)];
  if (pTotal === null || qTotal === null) return Number.POSITIVE_INFINITY;
  const emptyShare = SMOOTHING / pTotal;
  const empty = emptyShare * Math.log(emptyShare / (SMOOTHING / qTotal));
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const [own, other] = [p[i] as number, q[i] as number];
    const share = own / pTotal;
    // Most bins are empty, and their logarithm is always the same.
    sum +=
      own === SMOOTHING && other === SMOOTHING ? empty : share * Math.log(share / (other / qTotal));
  }
  return sum;
}

/** Each level's count, shared out evenly over those of its bins that hold anything. The last level takes the rest. */
function spread(bins: Float64Array, result: Float64Array): void {
  const width = Math.floor(bins.length / LEVELS);
  for (let level = 0; level < LEVELS; level++) {
    const from = level * width;
    const to = level === LEVELS - 1 ? bins.length : from + width;
    let sum = 0;
    let filled = 0;
    for (let i = from; i < to; i++) {
      sum += bins[i] as number;
      filled += bins[i] ? 1 : 0;
    }
    const each = sum / filled;
    for (let i = from; i < to; i++) result[i] = bins[i] ? each : 0;
  }
}

/** Moves a little from the full bins to the empty ones. @returns the sum; null where there is too little to move. */
function smooth(bins: Float64Array): number | null {
  let empty = 0;
  for (let i = 0; i < bins.length; i++) empty += bins[i] === 0 ? 1 : 0;
  const taken = (SMOOTHING * empty) / (bins.length - empty);
  if (!(taken < 1)) return null;
  let sum = 0;
  for (let i = 0; i < bins.length; i++) {
    const count = bins[i] as number;
    const moved = count === 0 ? SMOOTHING : count - taken;
    bins[i] = moved;
    sum += moved;
  }
  return sum;
}
