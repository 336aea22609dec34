import type { DeviceId, Shadow } from '@edgeloop/protocol';
import type { RecordOf, StoreRecord } from '../record.ts';
import { ReadAhead } from '../sql/read-ahead.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { carry } from '../totals/carry.ts';
import { toldByShadow } from '../totals/told-shadow.ts';
import { idsOf } from './ids-of.ts';

interface ShadowRow {
  readonly id: number;
  readonly shadow: string | null;
  readonly shadow_carried: string | null;
}

/** The newest word of each device on its shadows, and what its boots before counted. */
export class ShadowTable {
  readonly #sql;
  readonly #known: ReadAhead<ShadowRow>;

  constructor(database: SqlDatabase) {
    this.#sql = {
      save: database.insertRows({
        into: 'device_totals',
        columns: { device_id: 'integer', shadow: 'text', shadow_carried: 'text' },
        by: ['device_id'],
        tail: `ON CONFLICT (device_id)
          DO UPDATE SET shadow = excluded.shadow, shadow_carried = excluded.shadow_carried`,
      }),
    };
    this.#known = new ReadAhead(
      database,
      'SELECT device_id AS id, shadow, shadow_carried FROM device_totals WHERE device_id = :each',
    );
  }

  /** Before the records of a batch. */
  see(records: readonly StoreRecord[], ids: ReadonlyMap<DeviceId, number>): void {
    this.#known.see(idsOf('shadow', records, ids));
  }

  set(id: number, { message }: RecordOf<'shadow'>): void {
    const [row] = this.#known.take(id);
    const last = row?.shadow ? toldByShadow(JSON.parse(row.shadow) as Shadow) : null;
    const before = row?.shadow_carried ? JSON.parse(row.shadow_carried) : null;
    const carried = carry(before, last, toldByShadow(message));
    if (carried === null) return;
    this.#sql.save.add([id, JSON.stringify(message), JSON.stringify(carried)]);
  }
}
