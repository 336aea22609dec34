import { type Millis, millis } from './units.ts';

export interface Backoff {
  readonly base: Millis;
  readonly cap: Millis;
}

/** From one second to one minute: a fleet that lost its broker must not come back as one wave. */
export const RECONNECT: Backoff = { base: millis(1_000), cap: millis(60_000) };

/**
 * Exponential backoff with full jitter: anything from 0 to `base · 2^attempt`, at most `cap`.
 * Source: M. Brooker, "Exponential Backoff And Jitter", 2015.
 * @param attempt 0 for the first wait
 * @param random from 0 to 1
 */
export function backoffDelay(backoff: Backoff, attempt: number, random: number): Millis {
  return millis(Math.round(random * doubledDelay(backoff, attempt)));
}

/** `base · 2^attempt`, at most `cap`: for who waits alone, or has a jitter of its own. */
export function doubledDelay({ base, cap }: Backoff, attempt: number): Millis {
  return millis(Math.min(cap, base * 2 ** Math.min(attempt, 30)));
}
