import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';

const BETWEEN: Backoff = { base: millis(500), cap: millis(60_000) };

/**
 * Retries, with backoff, work that must be done whatever it takes: to write a state, to go back to
 * the model before.
 */
export class RetryUntilDone {
  readonly #random: () => number;
  readonly #log: Pick<Logger, 'error'>;
  #problem: string | null = null;

  /** @param random From 0 to 1. */
  constructor(random: () => number, log: Pick<Logger, 'error'>) {
    this.#random = random;
    this.#log = log;
  }

  /** What can't be done now, and why; null: all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Retries `work` until it is done or `signal` aborts. */
  async run(
    problem: string,
    work: (attempt: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await work(attempt);
        this.#problem = null;
        return;
      } catch (error) {
        const { message } = error as Error;
        this.#problem = `${problem}: ${message}`;
        this.#log.error({ error: message }, `update: ${problem}`);
      }
      const wait = backoffDelay(BETWEEN, attempt, this.#random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }
}
