const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  DAY,
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/**
 * Round instants of a span, as many as have room, in the reader's time zone.
 * @param most that have room
 */
export function ticksOf(
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
): readonly Tick[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? DAY;
  const ticks: Tick[] = [];
  // Round in local time: a day begins at the reader's midnight.
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) {
    ticks.push({ at, label: labelOf(at, step) });
  }
  return ticks;
}

function labelOf(at: number, step: number): string {
  const date = new Date(at);
  if (step >= DAY) return date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' });
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
