import { type EpochMillis, epochMillis, type Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import type { BoundedTime } from './bounded-time.ts';
import type { TimeNote } from './judge-time.ts';
import type { MachineClock } from './machine-clock.ts';
import type { TrustedTimeStore } from './trusted-time-store.ts';

export interface FollowedTimeOptions {
  readonly store: Pick<TrustedTimeStore, 'read'>;
  /** The wall clock. */
  readonly now: () => EpochMillis;
  readonly machine: MachineClock;
  readonly every: Millis;
  readonly log: Logger;
}

/** The trusted time as another process notes it: for who only receives, and removes nothing. */
export class FollowedTime implements Pick<BoundedTime, 'latest'> {
  readonly #options: FollowedTimeOptions;
  readonly #task: PeriodicTask;
  #noted: TimeNote | null = null;

  constructor(options: FollowedTimeOptions) {
    this.#options = options;
    this.#task = new PeriodicTask({
      every: options.every,
      run: () => this.#look(),
      onFailure: ({ message }) => options.log.warn({ error: message }, 'the time is read later'),
    });
  }

  /** Before anything is received. */
  async start(): Promise<void> {
    await this.#look();
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  latest(): EpochMillis {
    const { now, machine } = this.#options;
    if (this.#noted === null) return now();
    const { at, boot, uptime } = this.#noted;
    const since = boot === machine.boot ? Math.max(0, machine.uptime() - uptime) : 0;
    return epochMillis(Math.max(at + since, now()));
  }

  async #look(): Promise<void> {
    this.#noted = await this.#options.store.read();
  }
}
