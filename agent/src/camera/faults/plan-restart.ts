import { type Millis, millis } from '@edgeloop/protocol';
import type { FrameFault } from './watch-frame.ts';

/** A fault that stays, and when it is next answered by starting the camera again. */
export interface RestartPlan {
  readonly fault: FrameFault;
  readonly next: Millis;
  readonly wait: Millis;
}

/** A room that is dark all night is no reason to start its camera again every minute. */
const FIRST_WAIT = millis(60_000);
const MAX_WAIT = millis(3_600_000);

/**
 * Whether a camera that shows frames, but wrong ones, is started again now: at once when the fault
 * is new, then after a minute, two, four and so on to an hour, while it stays.
 */
export function planRestart(
  plan: RestartPlan | null,
  fault: FrameFault | null,
  now: Millis,
): { readonly plan: RestartPlan | null; readonly restart: boolean } {
  if (fault === null) return { plan: null, restart: false };
  if (plan?.fault !== fault) {
    return {
      plan: { fault, next: millis(now + FIRST_WAIT), wait: FIRST_WAIT },
      restart: true,
    };
  }
  if (now < plan.next) return { plan, restart: false };
  const wait = millis(Math.min(MAX_WAIT, 2 * plan.wait));
  return { plan: { fault, next: millis(now + wait), wait }, restart: true };
}
