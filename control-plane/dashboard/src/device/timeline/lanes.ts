import type { TimelineInterval } from '../../../../src/resources/timeline.ts';

/** An interval with its place in the span, from 0 to 1. */
export interface Placed {
  readonly interval: TimelineInterval;
  readonly left: number;
  readonly width: number;
}

/** What was seen of one label; of the last lane: of all that are left. */
export interface Lane {
  readonly label: string;
  /** More than one where labels share the last lane. */
  readonly labels: number;
  readonly count: number;
  readonly placed: readonly Placed[];
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** More can't be told apart at a glance. */
const MOST_LANES = 8;

/**
 * A lane for each label, in the order of their class, so that a lane stays where it is while one
 * looks; those that were seen least share the last one where there are too many.
 */
export function lanesOf(
  intervals: readonly TimelineInterval[],
  span: TimeSpan,
  classOf: (label: string) => number,
): readonly Lane[] {
  const counted = [...groupBy(intervals)].map(([label, own]) => ({
    label,
    own,
    count: countOf(own),
  }));
  const often = [...counted].sort((a, b) => b.count - a.count);
  const alone = often.length > MOST_LANES ? often.slice(0, MOST_LANES - 1) : often;
  const rest = often.slice(alone.length);
  const lanes = alone
    .sort((a, b) => classOf(a.label) - classOf(b.label) || a.label.localeCompare(b.label))
    .map(({ label, own, count }) => ({ label, labels: 1, count, placed: place(own, span) }));
  if (rest.length === 0) return lanes;
  const own = rest.flatMap((each) => each.own).sort((a, b) => a.begin.localeCompare(b.begin));
  const label = `${rest.length} other labels`;
  return [...lanes, { label, labels: rest.length, count: countOf(own), placed: place(own, span) }];
}

function groupBy(intervals: readonly TimelineInterval[]): Map<string, TimelineInterval[]> {
  const groups = new Map<string, TimelineInterval[]>();
  for (const interval of intervals) {
    const group = groups.get(interval.label);
    if (group) group.push(interval);
    else groups.set(interval.label, [interval]);
  }
  return groups;
}

const countOf = (intervals: readonly TimelineInterval[]) =>
  intervals.reduce((sum, { count }) => sum + count, 0);

function place(intervals: readonly TimelineInterval[], { from, to }: TimeSpan): Placed[] {
  const within = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  return intervals.map((interval) => {
    const left = within(Date.parse(interval.begin));
    const right = interval.end === null ? 1 : within(Date.parse(interval.end));
    return { interval, left, width: right - left };
  });
}

/**
 * The one under a place, or the nearest to it; null: there is none near.
 * @param at from 0 to 1
 * @param near as far as one may miss
 */
export function nearest(placed: readonly Placed[], at: number, near: number): Placed | null {
  let best: Placed | null = null;
  let least = near;
  for (const each of placed) {
    const distance = Math.max(each.left - at, at - each.left - each.width, 0);
    if (distance > least) continue;
    least = distance;
    best = each;
  }
  return best;
}
