import { DAYS, type Day, type EpochMillis, minuteOf, type ScheduleTime } from '@edgeloop/protocol';

/** When a camera is on. */
export interface Schedule {
  /** IANA: `Europe/Vienna`; null: that of the device. */
  readonly timeZone: string | null;
  readonly times: readonly ScheduleTime[];
}

/**
 * By the clock on a wall there, whatever that does: an hour that is skipped in spring opens
 * nothing, one that comes twice in autumn is open twice.
 */
export function isOpen({ times, timeZone }: Schedule, now: EpochMillis): boolean {
  const { day, minute } = wallClock(timeZone, now);
  return times.some(({ days, from, to }) => {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    const begins = (weekday: number) => days.includes(DAYS[(weekday + 7) % 7] as Day);
    if (begin < end) return begins(day) && begin <= minute && minute < end;
    return (begins(day) && begin <= minute) || (begins(day - 1) && minute < end);
  });
}

/** The device's own, by name. */
export const localTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @returns `day` 0 for Monday; `minute` of the day */
function wallClock(timeZone: string | null, now: EpochMillis) {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const weekday = (parts.get('weekday') ?? '').toLowerCase() as Day;
  return {
    day: DAYS.indexOf(weekday),
    minute: minuteOf(`${parts.get('hour')}:${parts.get('minute')}`),
  };
}

const clocks = new Map<string | null, Intl.DateTimeFormat>();

/** To make one takes longer than all else here. @throws RangeError there is no such time zone */
function clockOf(timeZone: string | null): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    ...(timeZone !== null && { timeZone }),
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}
