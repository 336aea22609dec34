import type { EpochMillis } from '@edgeloop/protocol';
import type { HealthSpan } from '../history/health-levels.ts';
import type { Interval } from './occurrence-rows.ts';

/** Of one camera in an answer: about as many as there are pixels to draw them. */
const MOST_INTERVALS = 600;

/**
 * As they are, where they are few. Else those of one label that lie closer than can be seen become
 * one, that tells how many it is: a rare label among many others stays to be seen.
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
  const merged: Growing[] = [];
  const last = new Map<string, Growing>();
  for (const interval of intervals) {
    const before = last.get(interval.label);
    if (before && interval.begin - before.begin < closest) {
      grow(before, interval);
    } else {
      const begun = { ...interval };
      last.set(interval.label, begun);
      merged.push(begun);
    }
  }
  return merged;
}

/** Of some hundred thousand: each is not made anew for each that joins it. */
type Growing = { -readonly [Key in keyof Interval]: Interval[Key] };

function grow(before: Growing, next: Interval): void {
  before.id = null;
  before.end = before.end === null || next.end === null ? null : later(before.end, next.end);
  before.score = Math.max(before.score, next.score);
  before.model = before.model === next.model ? before.model : null;
  before.count += next.count;
}

const later = (a: EpochMillis, b: EpochMillis) => (a > b ? a : b);
