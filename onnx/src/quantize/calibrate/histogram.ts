import type { Range } from './range.ts';

const BINS = 2048;

/**
 * How often a tensor's values fell into equal bins, symmetric about 0: what percentile and entropy
 * calibration look at.
 */
export class Histogram {
  readonly range: Range;
  readonly counts: Float64Array;
  readonly #limit: number;

  /** @param range The lowest and highest value that will come. @param bins An even number. */
  constructor(range: Range, bins = BINS) {
    this.range = range;
    this.counts = new Float64Array(bins);
    this.#limit = Math.max(Math.abs(range.min), Math.abs(range.max));
  }

  /** Counts a value, so many times. */
  add(value: number, count = 1): void {
    const { counts } = this;
    const middle = counts.length / 2;
    const bin = this.#limit > 0 ? Math.floor((value * middle) / this.#limit) + middle : middle;
    const within = Math.max(0, Math.min(bin, counts.length - 1));
    counts[within] = (counts[within] as number) + count;
  }

  /** Where the bin begins; the number of bins for where the last one ends. */
  edge(bin: number): number {
    return (bin / (this.counts.length / 2) - 1) * this.#limit;
  }
}
