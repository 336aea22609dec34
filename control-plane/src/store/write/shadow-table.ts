import type { Shadow } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf } from '../record.ts';
import { carry } from '../totals/carry.ts';
import { toldByShadow } from '../totals/told-shadow.ts';

interface ShadowRow {
  readonly shadow: string | null;
  readonly shadow_carried: string | null;
}

/** The newest word of each device on its shadows, and what its boots before counted. */
export class ShadowTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      find: database.prepare<[number], ShadowRow>(
        'SELECT shadow, shadow_carried FROM device_totals WHERE device_id = ?',
      ),
      save: database.prepare(
        `INSERT INTO device_totals (device_id, shadow, shadow_carried) VALUES (?, ?, ?) ON CONFLICT (device_id)
         DO UPDATE SET shadow = excluded.shadow, shadow_carried = excluded.shadow_carried`,
      ),
    };
  }

  set(id: number, { message }: RecordOf<'shadow'>): void {
    const row = this.#sql.find.get(id);
    const last = row?.shadow ? toldByShadow(JSON.parse(row.shadow) as Shadow) : null;
    const before = row?.shadow_carried ? JSON.parse(row.shadow_carried) : null;
    const carried = carry(before, last, toldByShadow(message));
    if (carried === null) return;
    this.#sql.save.run(id, JSON.stringify(message), JSON.stringify(carried));
  }
}
