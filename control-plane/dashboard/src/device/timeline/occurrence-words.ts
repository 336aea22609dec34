import type { TimelineInterval } from '../../../../src/resources/timeline.ts';
import { duration, percent, plural } from '../../ui/format.ts';

const DAY = 86_400_000;

/** In the reader's time zone; with the day where it is not today's. */
function clockTime(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString('en-GB');
  if (now - at < DAY && new Date(at).getDate() === new Date(now).getDate()) return time;
  const day = new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day}, ${time}`;
}

/** When, and how long: "14:03:10 – 14:03:22, 12 s". */
export function whenWords({ begin, end }: TimelineInterval, now: number): string {
  const from = Date.parse(begin);
  if (end === null) return `since ${clockTime(from, now)}, ${duration(now - from)} so far`;
  const to = Date.parse(end);
  return `${clockTime(from, now)} – ${clockTime(to, now)}, ${duration(to - from)}`;
}

/** "scratch, 93 %", "14 times scratch, at most 93 %". */
export function whatWords({ label, score, count, id }: TimelineInterval): string {
  if (count === 1) return `${label}, ${percent(score, 0)}`;
  const what = id === null ? plural(count, 'time') : '';
  return `${label}, ${what}, at most ${percent(score, 0)}`;
}
