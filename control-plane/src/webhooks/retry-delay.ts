import { type Millis, millis } from '@edgeloop/protocol';

const FIRST = 5_000;
const LONGEST = 6 * 3_600_000;
/** With the fifth more. */
export const LONGEST_DELAY = millis(LONGEST * 1.2);
/** After this time an event is given up: three days, a weekend. */
export const GIVE_UP_AFTER = millis(3 * 24 * 3_600_000);

/**
 * Before the next attempt: 5 s, doubling to six hours, and up to a fifth more so that not all come
 * back at once.
 * @param attempts that failed so far, from 1
 * @param random from 0 to 1
 */
export function retryDelay(attempts: number, random: number): Millis {
  const wait = Math.min(LONGEST, FIRST * 2 ** Math.min(attempts - 1, 30));
  return millis(Math.round(wait * (1 + random / 5)));
}
