import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../database/open-stores.ts';
import type { StoreRecord } from '../store/record.ts';
import { BEGINNING, readSaid, type SaidCursor } from './read-said.ts';

export interface StoreFollowerOptions {
  readonly database: Database;
  readonly every: Millis;
  /** What devices said of themselves, once it is stored: as ingest tells it where it is part of this process. Returns at once. */
  readonly onBatch: (batch: readonly StoreRecord[]) => void;
  /** Detections were stored. */
  readonly onStored: () => void;
  readonly log: Logger;
}

/**
 * Follows what other processes store. The store is asked, not the broker: what is acted on is on disk, nothing is missed while this
 * process or a broker was away, and it does not matter who stored it.
 */
export class StoreFollower {
  readonly #options: StoreFollowerOptions;
  readonly #closing = new AbortController();
  #cursor: SaidCursor = BEGINNING;
  #newest: number | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: StoreFollowerOptions) {
    this.#options = options;
  }

  /** Tells first what is there, as said some time ago. */
  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let known = false;
    while (!signal.aborted) {
      try {
        await this.#readSaid(known);
        known = true;
        await this.#lookForDetections();
      } catch (error) {
        this.#options.log.warn({ error: (error as Error).message }, 'the store is followed later');
      }
      await delay(this.#options.every, undefined, { signal }).catch(() => {});
    }
  }

  async #readSaid(known: boolean): Promise<void> {
    for (let more = true; more && !this.#closing.signal.aborted; ) {
      const page = await readSaid(this.#options.database, this.#cursor, known);
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
