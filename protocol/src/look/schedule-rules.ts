export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/**
 * By the clock on a wall there; over midnight where `to` is not after `from`, and then of the day
 * on which it begins.
 */
export interface ScheduleTime {
  readonly days: Day[];
  /** `06:30` */
  readonly from: string;
  /** `22:00`; `24:00` for the end of the day. */
  readonly to: string;
}

export const CLOCK_TIME = '^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$';
export const CLOCK_TIME_WORDS = 'a time of day such as 06:30 or 24:00';
/** The most times of day that a schedule may have. */
export const MAX_TIMES = 32;

const DAY = 24 * 60;

/** @param text fits `CLOCK_TIME` */
export function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return Math.min(DAY, 60 * hours + minutes);
}

/**
 * What no schema can say of a time, and of which part of it: the end of a sentence ("expected …");
 * null: nothing is wrong.
 */
export function timeMistake({
  from,
  to,
}: Omit<ScheduleTime, 'days'>): { readonly of: 'from' | null; readonly mistake: string } | null {
  if (from === '24:00') return { of: 'from', mistake: 'a time before 24:00, received 24:00.' };
  if (minuteOf(from) !== minuteOf(to)) return null;
  const mistake = `a time with a length, received ${from} to ${to}. For all day write 00:00 to 24:00.`;
  return { of: null, mistake };
}

/** Why a time zone is none, null where Intl knows it. */
export function timeZoneMistake(name: string): string | null {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return null;
  } catch {
    return `an IANA time zone such as Europe/Vienna, received "${name}".`;
  }
}
