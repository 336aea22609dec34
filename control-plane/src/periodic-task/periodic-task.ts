import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '@edgeloop/protocol';

export interface PeriodicTaskOptions {
  /**
   * From the end of one run to the begin of the next; null: the next comes when it is triggered.
   */
  readonly every: Millis | null | (() => Promise<Millis>);
  /**
   * Wait after a run that failed, whatever is triggered meanwhile. Without it: as after any other.
   */
  readonly afterFailure?: Millis;
  /**
   * Wait after each wait: what triggers a run shortly after something else did is in the same one.
   */
  readonly linger?: Millis;
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Called with the error of a run, or of `every`. The next run comes all the same. */
  readonly onFailure: (error: Error) => void;
}

/** The longest that a timer takes. */
const UNTIL_TRIGGERED = 2 ** 31 - 1;

/**
 * Runs a task again and again, one run after another, until it is closed; the last run is waited
 * for.
 */
export class PeriodicTask {
  readonly #options: PeriodicTaskOptions;
  readonly #closing = new AbortController();
  #trigger = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PeriodicTaskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Runs the task before its time. While one run goes on, another follows it. Returns at once. */
  trigger(): void {
    this.#trigger.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#trigger.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { every, afterFailure, linger, run, onFailure } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // What is triggered from here on may come too late for this run.
      this.#trigger = new AbortController();
      const { signal: triggered } = this.#trigger;
      try {
        await run(signal);
        const wait = typeof every === 'function' ? await every() : every;
        await pause(wait ?? UNTIL_TRIGGERED, triggered);
        if (linger !== undefined) await pause(linger, signal);
      } catch (error) {
        onFailure(error as Error);
        if (afterFailure !== undefined) await pause(afterFailure, signal);
        else await pause(typeof every === 'number' ? every : UNTIL_TRIGGERED, triggered);
      }
    }
  }
}

/** Who waits keeps no process alive. */
const pause = (time: number, signal: AbortSignal) =>
  delay(time, undefined, { signal, ref: false }).catch(() => {});
