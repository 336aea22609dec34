import { setTimeout as wait } from 'node:timers/promises';
import { backoffDelay, RECONNECT } from '@edgeloop/protocol';
import { Refusal } from './refusal.ts';

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Told before each wait. */
  readonly onFailure?: (error: Error, waitMillis: number) => void;
}

/** Tries until it succeeds, is refused for good or is aborted: networks come back. */
export async function retrying<T>(
  action: () => Promise<T>,
  { signal, random, onFailure }: RetryOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Refusal) || !error.passing) throw error;
      const delay = backoffDelay(RECONNECT, attempt, random());
      onFailure?.(error, delay);
      await wait(delay, undefined, { signal });
    }
  }
}
