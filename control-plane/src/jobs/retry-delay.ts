import { type Millis, millis, seconds } from '@edgeloop/protocol';

const BASE = seconds(30);
const CAP = seconds(3600);

/**
 * How long a job that broke waits: from half of it to all of 30 s, doubled with each attempt, at
 * most an hour. At least half, so that what broke it has time to pass; not all alike, so that jobs
 * that broke together come back one by one.
 * @param attempts that were made, from 1
 * @param random from 0 to 1
 */
export function retryDelay(attempts: number, random: number): Millis {
  const most = Math.min(CAP, BASE * 2 ** Math.min(attempts - 1, 20));
  return millis(Math.round(most * (0.5 + random / 2)));
}
