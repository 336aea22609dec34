import { type Backoff, doubledDelay, type Millis, millis, seconds } from '@edgeloop/protocol';

const RETRY: Backoff = { base: seconds(5), cap: seconds(6 * 3600) };
/** With the fifth more. */
export const LONGEST_DELAY = millis(RETRY.cap * 1.2);
/** After this time an event is given up: three days, a weekend. */
export const GIVE_UP_AFTER = millis(3 * 24 * 3_600_000);

/**
 * Before the next attempt: 5 s, doubling to six hours, and up to a fifth more so that not all come
 * back at once.
 * @param attempts that failed so far, from 1
 * @param random from 0 to 1
 */
export function retryDelay(attempts: number, random: number): Millis {
  return millis(Math.round(doubledDelay(RETRY, attempts - 1) * (1 + random / 5)));
}
