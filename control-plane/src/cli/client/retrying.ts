import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay } from '@edgeloop/protocol/backoff';
import { seconds } from '@edgeloop/protocol/units';
import { ControlPlaneError, ERRORS } from '../../errors.ts';
import type { ApiClient } from './api-client.ts';

const BACKOFF: Backoff = { base: seconds(1), cap: seconds(20) };
const ATTEMPTS = 8;

/**
 * Tries again while the server can't be reached, or can't for the moment, for about a minute. What
 * it refuses is not tried again.
 */
export async function retrying<Result>(
  { signal }: Pick<ApiClient, 'signal'>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || attempt + 1 >= ATTEMPTS) throw error;
      await delay(backoffDelay(BACKOFF, attempt, Math.random()), undefined, {
        ...(signal && { signal }),
      });
    }
  }
}

/** The server does not answer, or can't at the moment. */
export const isAway = (error: unknown): boolean =>
  error instanceof ControlPlaneError && error.exitStatus === ERRORS.SERVER_UNREACHABLE.exit;
