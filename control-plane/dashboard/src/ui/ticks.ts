const DAY = 86_400_000;

/** Between round instants: so many minutes, days, or months. */
interface Step {
  readonly unit: 'minute' | 'day' | 'month';
  readonly length: number;
}

const MILLIS: Readonly<Record<Step['unit'], number>> = {
  minute: 60_000,
  day: DAY,
  month: 31 * DAY,
};

const of = (unit: Step['unit'], ...lengths: number[]): Step[] =>
  lengths.map((length) => ({ unit, length }));

const STEPS: readonly Step[] = [
  ...of('minute', 1, 5, 10, 15, 30),
  ...of('minute', 60, 120, 180, 360, 720),
  ...of('day', 1, 2, 7, 14),
  ...of('month', 1, 2, 3, 6, 12),
];

export interface Tick {
  /** ms. */
  readonly at: number;
  readonly label: string;
}

/**
 * Round instants of a span, as many as have room, in the reader's time zone.
 * @param span ms
 * @param most that have room
 */
export function ticksOf(
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
): readonly Tick[] {
  const longest = STEPS.at(-1) as Step;
  const step =
    STEPS.find(({ unit, length }) => (to - from) / (MILLIS[unit] * length) <= most) ?? longest;
  return instants(from, to, step)
    .filter((at, i, all) => at >= from && at <= to && at !== all[i - 1])
    .map((at) => ({ at, label: labelOf(at, step) }));
}

/**
 * By the calendar, so that a day begins at the reader's midnight when clocks change, too. Where they
 * skip an hour it comes twice.
 */
function instants(from: number, to: number, { unit, length }: Step): readonly number[] {
  const begin = new Date(from);
  const [year, month, day] = [begin.getFullYear(), begin.getMonth(), begin.getDate()];
  const found: number[] = [];
  for (let i = 0; ; i += unit === 'minute' ? length : 1) {
    const date =
      unit === 'minute'
        ? new Date(year, month, day, 0, i)
        : unit === 'day'
          ? new Date(year, month, day + i)
          : new Date(year, month + i);
    if (!(date.getTime() <= to)) return found;
    if (unit === 'minute' || isRound(date, { unit, length })) found.push(date.getTime());
  }
}

/** Whether a day is one of those, were they counted since ever: weeks begin on Mondays. */
function isRound(date: Date, { unit, length }: Step): boolean {
  if (unit === 'month') return date.getMonth() % length === 0;
  // 1970 began on a Thursday.
  const days = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY;
  return (days + 3) % length === 0;
}

function labelOf(at: number, { unit, length }: Step): string {
  const date = new Date(at);
  const say = (parts: Intl.DateTimeFormatOptions) => date.toLocaleDateString('en-GB', parts);
  if (unit === 'month') return say({ month: 'short', year: 'numeric' });
  if (unit === 'day' && length > 1) return say({ day: 'numeric', month: 'short' });
  // A time alone tells no days apart.
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (unit === 'day' || isMidnight) return say({ weekday: 'short', day: 'numeric' });
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
