import type { Histogram } from './histogram.ts';
import { intersectRanges, type Range } from './range.ts';

const PERCENTILE = 99.999;

/**
 * The range that holds so many percent of the values: what lies outside is cut off half on each
 * side.
 */
export function percentileRange(histogram: Histogram, percentile = PERCENTILE): Range {
  const cut = (100 - percentile) / 200;
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  const reached = (share: number) => {
    let sum = 0;
    const bin = histogram.counts.findIndex((count) => {
      sum += count;
      return sum >= share * total;
    });
    return histogram.edge(bin < 0 ? histogram.counts.length : bin);
  };
  return intersectRanges(histogram.range, { min: reached(cut), max: reached(1 - cut) });
}
