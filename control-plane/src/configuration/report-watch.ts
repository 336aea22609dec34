import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../database/open-stores.ts';
import type { StoreRecord } from '../store/record.ts';

export interface ReportWatchOptions {
  readonly database: Database;
  /** What is to be said to the device may have changed: it was heard. */
  readonly onChange: (devices: readonly DeviceId[]) => void;
  readonly log: Logger;
}

const AGAIN_AFTER = 1_000;

/** Writes down what devices report of their configuration, where it has changed. */
export class ReportWatch {
  readonly #options: ReportWatchOptions;
  /** JSON of what is written, by device; no entry: nothing is. */
  readonly #known = new Map<DeviceId, string>();
  /**
   * The newest of each device that is not written yet; null: it reports none. What is older is of
   * no interest.
   */
  readonly #unwritten = new Map<DeviceId, string | null>();
  readonly #closing = new AbortController();
  #writing: Promise<void> | null = null;

  constructor(options: ReportWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const rows = await this.#options.database
      .selectFrom('configuration_reports')
      .selectAll()
      .execute();
    for (const { device, report } of rows) this.#known.set(device, report);
  }

  /** Of each batch that was stored; returns at once. */
  see(batch: readonly StoreRecord[]): void {
    for (const record of batch) {
      if (record.name !== 'reported') continue;
      const { device, message } = record;
      const report = message.configuration ? JSON.stringify(message.configuration) : null;
      const newest = this.#unwritten.has(device)
        ? this.#unwritten.get(device)
        : (this.#known.get(device) ?? null);
      if (report !== newest) this.#unwritten.set(device, report);
    }
    if (this.#unwritten.size > 0) this.#writing ??= this.#writeAll();
  }

  /** The device has left, and what was written of it is gone. */
  forget(device: DeviceId): void {
    this.#known.delete(device);
    this.#unwritten.delete(device);
  }

  /** What was seen is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** What can't be written now is told by the broker to the next process. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const batch = [...this.#unwritten];
      this.#unwritten.clear();
      try {
        await this.#write(batch);
        this.#options.onChange(batch.map(([device]) => device));
      } catch (error) {
        for (const [device, report] of batch) {
          if (!this.#unwritten.has(device)) this.#unwritten.set(device, report);
        }
        this.#options.log.warn({ error: (error as Error).message }, 'reports are written later');
        const { signal } = this.#closing;
        if (signal.aborted) break;
        await delay(AGAIN_AFTER, undefined, { signal }).catch(() => {});
      }
    }
    this.#writing = null;
  }

  async #write(batch: readonly (readonly [DeviceId, string | null])[]): Promise<void> {
    await this.#options.database.transaction().execute(async (trx) => {
      for (const [device, report] of batch) {
        if (report === null) {
          await trx.deleteFrom('configuration_reports').where('device', '=', device).execute();
        } else {
          await trx
            .insertInto('configuration_reports')
            .values({ device, report })
            .onConflict((conflict) => conflict.column('device').doUpdateSet({ report }))
            .execute();
        }
      }
    });
    for (const [device, report] of batch) {
      if (report === null) this.#known.delete(device);
      else this.#known.set(device, report);
    }
  }
}
