import type { BootId, EpochMillis } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';

/** Boots of one device that are kept: of more, the oldest go. */
const MOST = 256;

/** When each device's agent started, as far as it was heard: a birth is heard before health is, so that a crash at once shows. */
export class BootTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      insert: database.prepare('INSERT OR IGNORE INTO device_boots VALUES (?, ?, ?)'),
      prune: database.prepare(
        `DELETE FROM device_boots WHERE device_id = @device AND seen_at < (SELECT seen_at FROM device_boots
         WHERE device_id = @device ORDER BY seen_at DESC LIMIT 1 OFFSET ${MOST - 1})`,
      ),
    };
  }

  /** Again for the same boot, nothing. */
  see(device: number, boot: BootId, at: EpochMillis): void {
    const { changes } = this.#sql.insert.run(device, boot, at);
    if (changes > 0) this.#sql.prune.run({ device });
  }
}
