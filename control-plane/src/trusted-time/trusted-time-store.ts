import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { TimeNote } from './judge-time.ts';

/** How far time has surely come, over restarts. */
export class TrustedTimeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null: it was never noted. */
  async read(): Promise<TimeNote | null> {
    const row = await this.#database
      .selectFrom('trusted_time')
      .select(['at', 'boot', 'uptime', 'credited'])
      .executeTakeFirst();
    return row ?? null;
  }

  async save(note: TimeNote): Promise<void> {
    await this.#database
      .insertInto('trusted_time')
      .values({ only: 1, ...note })
      .onConflict((conflict) => conflict.column('only').doUpdateSet({ ...note }))
      .execute();
  }

  /**
   * When the newest came of what is removed by its age, by the clock of then; null: nothing is
   * there.
   */
  async newestReceived(): Promise<EpochMillis | null> {
    const found: number[] = [];
    for (const table of ['detections', 'samples', 'occurrence_pictures'] as const) {
      const row = await this.#database
        .selectFrom(table)
        .select('received_at')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row) found.push(row.received_at);
    }
    return found.length === 0 ? null : epochMillis(Math.max(...found));
  }
}
