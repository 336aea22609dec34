import type { CheckResult } from './check-result.ts';

/** So often a database is read that nothing happened to. */
const EVERY = 7 * 86_400_000;

/**
 * @param last null: it was never done
 * @param now in ms since 1970. A check of later than that was dated by another clock, and counts
 * for nothing
 * @param endedBadly whoever had it open was killed, or the power went, since the last
 */
export function isCheckDue(last: CheckResult | null, now: number, endedBadly: boolean): boolean {
  if (last === null || endedBadly || last.damages.length > 0) return true;
  return last.at > now || now - last.at >= EVERY;
}
