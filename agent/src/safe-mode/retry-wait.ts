import { type Millis, millis } from '@edgeloop/protocol';

const [FIRST, LONGEST] = [60_000, 900_000];

/**
 * How long a file without mistakes rests that the agent does not start with: what it names may come
 * to be there, as a package, or a port that was taken. A minute, then twice as long each time, up
 * to a quarter of an hour.
 * @param tries before
 */
export const retryWait = (tries: number): Millis =>
  millis(Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 10)));
