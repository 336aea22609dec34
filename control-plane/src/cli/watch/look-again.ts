import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { retrying } from '../client/retrying.ts';

const EVERY = 1000;

/**
 * Looks every second until it is told to stop. A server that is away for a moment is waited for.
 * @param look Whether to go on
 */
export async function lookAgain(api: ApiClient, look: () => Promise<boolean>): Promise<void> {
  while (await retrying(api, look)) {
    await delay(EVERY, undefined, { ...(api.signal && { signal: api.signal }) });
  }
}
