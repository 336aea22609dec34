import { type Backoff, doubledDelay, type Millis, millis, seconds } from '@edgeloop/protocol';

const RETRY: Backoff = { base: seconds(30), cap: seconds(3600) };

/**
 * How long a job that broke waits: from half of it to all of 30 s, doubled with each attempt, at
 * most an hour. At least half, so that what broke it has time to pass; not all alike, so that jobs
 * that broke together come back one by one.
 * @param attempts that were made, from 1
 * @param random from 0 to 1
 */
export function retryDelay(attempts: number, random: number): Millis {
  return millis(Math.round(doubledDelay(RETRY, attempts - 1) * (0.5 + random / 2)));
}
