import { type Backoff, doubledDelay, type Millis, seconds } from '@edgeloop/protocol';

const RETRY: Backoff = { base: seconds(60), cap: seconds(900) };

/**
 * How long a file without mistakes rests that the agent does not start with: what it names may come
 * to be there, as a package. A minute, then twice as long each time, up
 * to a quarter of an hour.
 * @param tries before
 */
export const retryWait = (tries: number): Millis => doubledDelay(RETRY, tries);
