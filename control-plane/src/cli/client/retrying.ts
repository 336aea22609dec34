import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay, seconds } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';

const BACKOFF: Backoff = { base: seconds(1), cap: seconds(20) };
const ATTEMPTS = 8;

/** Tries again while the server can't be reached, for about a minute. What it refuses is not tried again. */
export async function retrying<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const lost = error instanceof ControlPlaneError && error.code === 'SERVER_UNREACHABLE';
      if (!lost || attempt + 1 >= ATTEMPTS) throw error;
      await delay(backoffDelay(BACKOFF, attempt, Math.random()));
    }
  }
}
