import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '@edgeloop/protocol';

export interface RoundsOptions {
  /** From the end of one to the begin of the next; null: the next comes when it is asked for. */
  readonly every: Millis | null | (() => Promise<Millis>);
  /** After one that failed, whatever is asked for meanwhile. Without it: as after any other. */
  readonly afterFailure?: Millis;
  /** After each wait: what asks for a round shortly after something else did is in the same one. */
  readonly linger?: Millis;
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** Of a round, or of who says how long to wait. The next comes all the same. */
  readonly onFailure: (error: Error) => void;
}

/** The longest that a timer takes. */
const UNTIL_ASKED = 2 ** 31 - 1;

/** Does the same again and again, one after another, until it is closed; the last one is waited for. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #closing = new AbortController();
  #asking = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Before its time. While one goes on, another follows it. Returns at once. */
  soon(): void {
    this.#asking.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#asking.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { every, afterFailure, linger, round, onFailure } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // What is asked for from here on may come too late for this round.
      this.#asking = new AbortController();
      const { signal: asked } = this.#asking;
      try {
        await round(signal);
        const wait = typeof every === 'function' ? await every() : every;
        await pause(wait ?? UNTIL_ASKED, asked);
        if (linger !== undefined) await pause(linger, signal);
      } catch (error) {
        onFailure(error as Error);
        if (afterFailure !== undefined) await pause(afterFailure, signal);
        else await pause(typeof every === 'number' ? every : UNTIL_ASKED, asked);
      }
    }
  }
}

/** Who waits keeps no process alive. */
const pause = (time: number, signal: AbortSignal) =>
  delay(time, undefined, { signal, ref: false }).catch(() => {});
