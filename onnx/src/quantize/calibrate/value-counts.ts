import { Histogram } from './histogram.ts';
import { mergeRanges, type Range } from './range.ts';

/** On each side of zero: at least 16 to each bin of a histogram. */
const BINS = 2 ** 15;
/** Of a tensor in which nothing but zero was seen: below that of any float. */
const LEAST = -150;

/** Crosses from the process that saw them. */
export interface SeenValues {
  readonly range: Range | undefined;
  /** The bins end at ±2^exponent. */
  readonly exponent: number;
  readonly counts: Float64Array;
}

/**
 * How often a tensor took which values, in one look: their range is not known before, so bins end
 * at a power of two, and double when a larger value comes. A bin of twice the width is two of the
 * narrower exactly, whatever came first: counts of parts, in any order, add up to those of the
 * whole.
 */
export class ValueCounts {
  #range: Range | undefined;
  #exponent = LEAST;
  #counts = new Float64Array(2 * BINS);

  /** @returns false where a value is infinite or none; nothing of these is counted. */
  add(values: Float32Array): boolean {
    const range = mergeRanges(this.#range, rangeOf(values));
    if (!Number.isFinite(range.min) || !Number.isFinite(range.max)) return false;
    this.#range = range;
    const largest = Math.max(Math.abs(range.min), Math.abs(range.max));
    if (largest > 0) this.#widen(Math.floor(Math.log2(largest)) + 1);
    const counts = this.#counts;
    const perUnit = BINS / 2 ** this.#exponent;
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor((values[i] as number) * perUnit) + BINS;
      counts[bin] = (counts[bin] as number) + 1;
    }
    return true;
  }

  /** What was seen elsewhere of the same tensor. */
  merge({ range, exponent, counts }: SeenValues): void {
    if (!range) return;
    this.#range = mergeRanges(this.#range, range);
    this.#widen(exponent);
    addFolded(this.#counts, counts, this.#exponent - exponent);
  }

  seen(): SeenValues {
    return { range: this.#range, exponent: this.#exponent, counts: this.#counts };
  }

  /** Of what was seen, between its extremes; 0 where nothing was. */
  histogram(): Histogram {
    const histogram = new Histogram(this.#range ?? { min: 0, max: 0 });
    const width = 2 ** this.#exponent / BINS;
    for (const [i, count] of this.#counts.entries()) {
      if (count > 0) histogram.add((i - BINS + 0.5) * width, count);
    }
    return histogram;
  }

  #widen(exponent: number): void {
    if (exponent <= this.#exponent) return;
    const folded = new Float64Array(2 * BINS);
    addFolded(folded, this.#counts, exponent - this.#exponent);
    this.#counts = folded;
    this.#exponent = exponent;
  }
}

/** Adds counts of bins that are narrower by so many halvings. */
function addFolded(to: Float64Array, counts: Float64Array, halvings: number): void {
  // Shifts are taken modulo 32; after 31 nothing but the side of zero is left.
  const shift = Math.min(halvings, 31);
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const bin = ((i - BINS) >> shift) + BINS;
    to[bin] = (to[bin] as number) + count;
  }
}

/** No number where one of the values is none. */
function rangeOf(values: Float32Array): Range {
  let min = values[0] ?? 0;
  let max = min;
  for (let i = 1; i < values.length; i++) {
    min = Math.min(min, values[i] as number);
    max = Math.max(max, values[i] as number);
  }
  return { min, max };
}
