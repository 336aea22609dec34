const STEPS = [
  { below: 60, unit: 's', seconds: 1 },
  { below: 3600, unit: 'min', seconds: 60 },
  { below: 86_400, unit: 'h', seconds: 3600 },
  { below: Number.POSITIVE_INFINITY, unit: 'd', seconds: 86_400 },
] as const;
/** Longer ago, a date says more. */
const DATES_FROM_DAYS = 60;

/** `12 s ago`, `in 3 d`, `2026-08-01`. @param at RFC 3339 */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000);
  const distance = Math.abs(seconds);
  if (distance >= DATES_FROM_DAYS * 86_400) return at.slice(0, 10);
  if (distance < 1) return 'now';
  const span = duration(distance);
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

/** `14:03:59`, where one is. @param at RFC 3339 */
export const clockTime = (at: string): string => new Date(at).toTimeString().slice(0, 8);

/** The largest unit alone: `90 s` is `1 min`. */
export function duration(seconds: number): string {
  const step = STEPS.find(({ below }) => seconds < below) ?? STEPS[3];
  return `${Math.floor(seconds / step.seconds)} ${step.unit}`;
}
