import type { HealthSpan } from '../history/health-levels.ts';
import type { Interval } from './occurrence-rows.ts';

/** Of one camera in an answer: about as many as there are pixels to draw them. */
const MOST_INTERVALS = 600;

/**
 * As they are, where they are few. Else those of one label that lie closer than can be seen become one, that tells how many it
 * is: a rare label among many others stays to be seen.
 * @param intervals of one camera, oldest first
 */
export function mergeIntervals(
  intervals: readonly Interval[],
  { from, to }: HealthSpan,
): readonly Interval[] {
  if (intervals.length <= MOST_INTERVALS) return intervals;
  // Of each label so many may be left that all of them together are bounded.
  const labels = new Set(intervals.map(({ label }) => label)).size;
  const closest = (to - from) / Math.max(1, MOST_INTERVALS / labels);
  const merged: Interval[] = [];
  const last = new Map<string, number>();
  for (const interval of intervals) {
    const place = last.get(interval.label);
    const before = place === undefined ? undefined : merged[place];
    if (before && place !== undefined && interval.begin - before.begin < closest) {
      merged[place] = join(before, interval);
    } else {
      last.set(interval.label, merged.length);
      merged.push(interval);
    }
  }
  return merged;
}

function join(a: Interval, b: Interval): Interval {
  const end = a.end === null || b.end === null ? null : Math.max(a.end, b.end);
  return {
    ...{ ...a, id: null, end: end as Interval['end'], model: b.model },
    ...{ score: Math.max(a.score, b.score), count: a.count + b.count },
  };
}
