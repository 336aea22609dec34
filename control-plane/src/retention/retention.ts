import { setTimeout as delay } from 'node:timers/promises';
import type { EpochMillis, Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';

/** Removes what is too old or too much, a batch at a time. */
export interface RetentionRule {
  readonly name: string;
  /**
   * @param now by which ages are judged: no later than it is
   * @returns how many were removed; 0: nothing is left to remove
   */
  removeSome(now: EpochMillis): Promise<number>;
}

export interface RetentionOptions {
  readonly rules: readonly RetentionRule[];
  readonly now: () => EpochMillis;
  readonly every: Millis;
  readonly log: Logger;
}

/** Between two batches: what is stored meanwhile must not wait. */
const BREATH = 50;

/**
 * Runs the rules now and then, and when it is told to, one after another. A rule that fails does
 * not keep the others, and is tried again.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #task: PeriodicTask;

  constructor(options: RetentionOptions) {
    this.#options = options;
    const { every, log } = options;
    this.#task = new PeriodicTask({
      every,
      run: (signal) => this.#applyAll(signal),
      onFailure: ({ message }) => log.error({ error: message }, 'nothing is removed for now'),
    });
  }

  start(): void {
    this.#task.start();
  }

  /** Before its time: bounds have changed. Where rules run, they run once more after that. */
  runSoon(): void {
    this.#task.trigger();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  async #applyAll(signal: AbortSignal): Promise<void> {
    for (const rule of this.#options.rules) await this.#apply(rule, signal);
  }

  async #apply({ name, removeSome }: RetentionRule, signal: AbortSignal): Promise<void> {
    const { log, now } = this.#options;
    let total = 0;
    try {
      for (let removed = 1; removed > 0 && !signal.aborted; ) {
        removed = await removeSome(now());
        total += removed;
        await delay(BREATH, undefined, { signal }).catch(() => {});
      }
    } catch (error) {
      log.error({ rule: name, error: (error as Error).message }, 'nothing more is removed for now');
    }
    if (total > 0) log.info({ rule: name, removed: total }, 'removed');
  }
}
