import type { Histogram } from './histogram.ts';
import { intersectRanges, type Range } from './range.ts';

/** Levels to which a candidate's bins are merged. */
const LEVELS = 128;
/** Weight of an empty bin, so that the divergence stays finite. */
const SMOOTHING = 1e-4;

/**
 * The symmetric threshold whose values, merged to few levels, tell least less than the values
 * themselves: the smallest Kullback–Leibler divergence. Values beyond a threshold count as its
 * outermost. Source: S. Migacz, "8-bit Inference with TensorRT", 2017.
 */
export function entropyRange(histogram: Histogram): Range {
  const { counts } = histogram;
  const middle = counts.length / 2;
  const bins = binsOf(counts);
  let least = Number.POSITIVE_INFINITY;
  let half = middle;
  for (let candidate = LEVELS / 2; candidate <= middle; candidate++) {
    const lost = divergence(bins, middle - candidate, middle + candidate);
    if (lost < least) {
      least = lost;
      half = candidate;
    }
  }
  const edges = { min: histogram.edge(middle - half), max: histogram.edge(middle + half) };
  return intersectRanges(histogram.range, edges);
}

/**
 * What a thousand candidates ask of the same bins. Sums of counts are whole numbers: their
 * differences are exact.
 */
interface Bins {
  readonly counts: Float64Array;
  /** Of the counts before each bin, and of all. */
  readonly sums: Float64Array;
  /** How many of the bins before each hold anything, and of all. */
  readonly filled: Float64Array;
  /** Room for a candidate's p. */
  readonly p: Float64Array;
}

function binsOf(counts: Float64Array): Bins {
  const sums = new Float64Array(counts.length + 1);
  const filled = new Float64Array(counts.length + 1);
  counts.forEach((count, i) => {
    sums[i + 1] = (sums[i] as number) + count;
    filled[i + 1] = (filled[i] as number) + (count === 0 ? 0 : 1);
  });
  return { counts, sums, filled, p: new Float64Array(counts.length) };
}

/**
 * KL(p‖q) of the bins from `start` to `end` (not included): p with its outliers; q merged to levels
 * and spread over those bins that hold anything. Both are smoothed: a little is moved from the full
 * bins to the empty ones.
 */
function divergence(bins: Bins, start: number, end: number): number {
  const { counts, sums, filled } = bins;
  const length = end - start;
  const p = bins.p.subarray(0, length);
  p.set(counts.subarray(start, end));
  p[0] = (p[0] as number) + (sums[start] as number);
  p[length - 1] = (p[length - 1] as number) + (sums.at(-1) as number) - (sums[end] as number);
  const full = difference(filled, start, end);
  const alone = [0, length - 1].filter((i) => p[i] !== 0 && counts[start + i] === 0).length;
  const [pTaken, qTaken] = [taken(length, full + alone), taken(length, full)];
  // Where an end bin holds nothing but outliers, q has nothing to say: no candidate.
  if (pTaken === null || qTaken === null) return Number.POSITIVE_INFINITY;

  const width = Math.floor(length / LEVELS);
  const levelEnd = (level: number) => (level === LEVELS - 1 ? length : (level + 1) * width);
  // What a full bin of the level has in q.
  const share = (level: number) => {
    const [from, to] = [start + level * width, start + levelEnd(level)];
    return difference(sums, from, to) / difference(filled, from, to) - qTaken;
  };
  let pTotal = 0;
  let qTotal = 0;
  for (let level = 0; level < LEVELS; level++) {
    const each = share(level);
    const to = levelEnd(level);
    for (let i = level * width; i < to; i++) {
      const count = p[i] as number;
      const smooth = count === 0 ? SMOOTHING : count - pTaken;
      p[i] = smooth;
      pTotal += smooth;
      qTotal += counts[start + i] === 0 ? SMOOTHING : each;
    }
  }
  const rest = SMOOTHING / qTotal;
  // Most bins are empty in both, and their logarithm is always the same.
  const empty = (SMOOTHING / pTotal) * Math.log(SMOOTHING / pTotal / rest);
  let sum = 0;
  for (let level = 0; level < LEVELS; level++) {
    const each = share(level) / qTotal;
    const to = levelEnd(level);
    for (let i = level * width; i < to; i++) {
      const own = (p[i] as number) / pTotal;
      const other = counts[start + i] === 0 ? rest : each;
      sum += p[i] === SMOOTHING && other === rest ? empty : own * Math.log(own / other);
    }
  }
  return sum;
}

const difference = (sums: Float64Array, from: number, to: number) =>
  (sums[to] as number) - (sums[from] as number);

/** What each full bin gives to the empty ones; null where it has too little. */
function taken(bins: number, full: number): number | null {
  const each = (SMOOTHING * (bins - full)) / full;
  return each < 1 ? each : null;
}
