import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '@edgeloop/protocol';

export interface RoundsOptions {
  /** From the end of one to the begin of the next. */
  readonly every: Millis;
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** The next comes all the same. */
  readonly onFailure: (error: Error) => void;
}

/** Does the same again and again, one after another, until it is closed; the last one is waited for. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { every, round, onFailure } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await round(signal).catch(onFailure);
      await delay(every, undefined, { signal }).catch(() => {});
    }
  }
}
