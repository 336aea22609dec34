import { type Finding, ok, problem, warning } from './finding.ts';

/** `Date` is to the second, and an answer takes a moment. */
const SLACK = 2_000;
/** Beyond, times of detections and of tokens mislead. */
const WRONG = 60_000;

/**
 * This machine's clock against the server's.
 * @param date Of the answer, RFC 9110; null: it did not say
 * @param now When the answer had come, milliseconds since 1970
 */
export function checkClock(date: string | null, now: number): Finding {
  const there = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(there)) {
    return warning('clock', 'the server does not say what time it has', 'timedatectl, on both');
  }
  const apart = Math.abs(now - there);
  const which = now > there ? 'ahead of' : 'behind';
  const what = `this clock is ${Math.round(apart / 1000)} s ${which} the server's`;
  if (apart <= SLACK) return ok('clock', "this clock and the server's agree");
  const mend = 'Let both follow a time server: timedatectl set-ntp true';
  return apart > WRONG ? problem('clock', what, mend) : warning('clock', what, mend);
}
