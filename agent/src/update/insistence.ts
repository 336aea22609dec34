import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';

const BETWEEN: Backoff = { base: millis(500), cap: millis(60_000) };

/** For what must be done whatever it takes: a state that can't be written, a model that can't be gone back to. */
export class Insistence {
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

  /** Tries until it is done, or nobody waits for it any more. */
  async on(
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
