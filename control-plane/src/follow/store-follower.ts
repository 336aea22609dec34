import type { Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../database/open-stores.ts';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import type { StoreRecord } from '../store/record.ts';
import { BEGINNING, type DeviceChangeCursor, readDeviceChanges } from './read-device-changes.ts';

export interface StoreFollowerOptions {
  readonly database: Database;
  readonly every: Millis;
  /**
   * What devices said of themselves, once it is stored: as ingest tells it where it is part of this
   * process. Returns at once.
   */
  readonly onBatch: (batch: readonly StoreRecord[]) => void;
  /** Detections were stored. */
  readonly onStored: () => void;
  readonly log: Logger;
}

/**
 * Follows what other processes store. The store is asked, not the broker: what is acted on is on
 * disk, nothing is missed while this process or a broker was away, and it does not matter who
 * stored it.
 */
export class StoreFollower {
  readonly #options: StoreFollowerOptions;
  readonly #task: PeriodicTask;
  #cursor: DeviceChangeCursor = BEGINNING;
  #newest: number | null = null;
  /** What was there at first has been told. */
  #known = false;

  constructor(options: StoreFollowerOptions) {
    this.#options = options;
    this.#task = new PeriodicTask({
      every: options.every,
      run: (signal) => this.#look(signal),
      onFailure: ({ message }) =>
        options.log.warn({ error: message }, 'the store is followed later'),
    });
  }

  /** Tells first what is there, as said some time ago. */
  start(): void {
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  async #look(signal: AbortSignal): Promise<void> {
    await this.#readDeviceChanges(signal);
    this.#known = true;
    await this.#lookForDetections();
  }

  async #readDeviceChanges(signal: AbortSignal): Promise<void> {
    for (let more = true; more && !signal.aborted; ) {
      const page = await readDeviceChanges(this.#options.database, this.#cursor, this.#known);
      if (page.records.length > 0) this.#options.onBatch(page.records);
      this.#cursor = page.next;
      more = page.more;
    }
  }

  async #lookForDetections(): Promise<void> {
    const { newest } = await this.#options.database
      .selectFrom('detections')
      .select(({ fn }) => fn.max('id').as('newest'))
      .executeTakeFirstOrThrow();
    const before = this.#newest;
    this.#newest = Number(newest ?? 0);
    if (before !== null && this.#newest > before) this.#options.onStored();
  }
}
