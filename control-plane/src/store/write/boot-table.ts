import type { BootId, EpochMillis } from '@edgeloop/protocol';
import type { SqlDatabase, Values } from '../sql/sql-database.ts';

/** Boots of one device that are kept: of more, the oldest go. */
const MOST = 256;

/**
 * When each device's agent started, as far as it was heard: a birth is heard before health is, so
 * that a crash at once shows.
 */
export class BootTable {
  readonly #sql;
  #seen: Values[] = [];

  constructor(database: SqlDatabase) {
    this.#sql = {
      insert: database.insertRows<{ device: number }>({
        into: 'device_boots',
        columns: { device_id: 'integer', boot_id: 'text', seen_at: 'integer' },
        tail: 'ON CONFLICT DO NOTHING RETURNING device_id AS device',
      }),
      prune: database.prepare<{ device: number }>(
        `DELETE FROM device_boots WHERE device_id = @device AND seen_at < (SELECT seen_at FROM device_boots
         WHERE device_id = @device ORDER BY seen_at DESC LIMIT 1 OFFSET ${MOST - 1})`,
      ),
    };
  }

  begin(): void {
    this.#seen = [];
  }

  /** Again for the same boot, nothing. */
  see(device: number, boot: BootId, at: EpochMillis): void {
    this.#seen.push([device, boot, at]);
  }

  /** At the end of a batch. */
  finish(): void {
    for (const { device } of this.#sql.insert.all(this.#seen)) this.#sql.prune.run({ device });
  }
}
