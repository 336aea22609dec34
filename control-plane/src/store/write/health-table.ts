import type { DeviceId, EpochMillis, Health } from '@edgeloop/protocol';
import type { RecordOf, StoreRecord } from '../record.ts';
import { ReadAhead } from '../sql/read-ahead.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type Carried, type CounterReport, carry, totalOf } from '../totals/carry.ts';
import { toldByHealth } from '../totals/told-health.ts';
import type { BootTable } from './boot-table.ts';
import type { FigureTable } from './figure-table.ts';
import type { HealthHistoryTable, TotalsChange } from './health-history-table.ts';
import { idsOf } from './ids-of.ts';

const HOUR = 3_600_000;

interface HealthRow {
  readonly id: number;
  readonly health: string | null;
  readonly health_at: EpochMillis | null;
  readonly marked_at: number | null;
}

/** What else a device's word of its health is written to. */
interface HealthParts {
  readonly boots: BootTable;
  readonly figures: FigureTable;
  readonly history: HealthHistoryTable;
}

/**
 * The newest health of each device, what its boots before counted, and its history. A message costs
 * one row more to read; what was carried is written only at a change of boot or of models, and once
 * an hour a mark, from which on one can say what the last hours were like.
 */
export class HealthTable {
  readonly #tables: HealthParts;
  readonly #sql;
  readonly #known: ReadAhead<HealthRow>;

  constructor(database: SqlDatabase, tables: HealthParts) {
    this.#tables = tables;
    this.#sql = {
      save: database.updateRows({
        table: 'devices',
        set: { health: 'text', health_at: 'integer' },
        by: { id: 'integer' },
      }),
      carried: database
        .prepare<[number], string | null>(
          'SELECT health_carried FROM device_totals WHERE device_id = ?',
        )
        .pluck(),
      saveCarried: database.insertRows({
        into: 'device_totals',
        columns: { device_id: 'integer', health_carried: 'text' },
        by: ['device_id'],
        tail: 'ON CONFLICT (device_id) DO UPDATE SET health_carried = excluded.health_carried',
      }),
      mark: database.insertRows({
        into: 'device_totals',
        columns: { device_id: 'integer', marked_at: 'integer', mark: 'text' },
        tail: `ON CONFLICT (device_id) DO UPDATE SET mark_before = device_totals.mark, mark = excluded.mark,
          marked_at = excluded.marked_at`,
      }),
    };
    this.#known = new ReadAhead(
      database,
      `SELECT id, health, health_at, marked_at FROM devices LEFT JOIN device_totals ON device_id = id
       WHERE id = :each`,
    );
  }

  /** Before the records of a batch. */
  see(records: readonly StoreRecord[], ids: ReadonlyMap<DeviceId, number>): void {
    this.#known.see(idsOf('health', records, ids));
  }

  set(id: number, { message, receivedAt }: RecordOf<'health'>): void {
    const row = this.#known.take(id)[0] as HealthRow;
    const { boots, figures, history } = this.#tables;
    const before = row.health === null ? null : (JSON.parse(row.health) as Health);
    const last = before && toldByHealth(before);
    const next = toldByHealth(message);
    if (last?.boot !== next.boot) boots.see(id, message.bootId, receivedAt);
    const carried = this.#carry(id, last, next);
    if (carried === null) return;
    history.add(id, carried.change, message, { heardAt: row.health_at, at: receivedAt });
    this.#sql.save.add([JSON.stringify(message), receivedAt, id]);
    figures.setHealth(id, before, message, receivedAt);
    if (row.marked_at === null || receivedAt - row.marked_at >= HOUR) {
      this.#mark(id, next, receivedAt, carried.now ?? this.#carried(id));
    }
  }

  /**
   * @returns null: it is late, and changes nothing; `now`: what is carried from now on, where that
   * changed
   */
  #carry(
    id: number,
    last: CounterReport | null,
    next: CounterReport,
  ): { readonly change: TotalsChange; readonly now?: Carried } | null {
    // Since when it counts what it tells first is not known.
    const change = { before: last?.counters ?? next.counters, after: next.counters };
    // Nearly always: the same boot went on. What it carries need not be read.
    const plain = carry(null, last, next);
    if (last === null || last.boot === next.boot) {
      if (plain === null) return null;
      if (Object.keys(plain.total).length === 0) return { change };
    }
    const kept = this.#carried(id);
    const now = carry(kept, last, next);
    if (now === null) return null;
    this.#sql.saveCarried.add([id, JSON.stringify(now)]);
    return { change: { before: totalOf(kept, last), after: totalOf(now, next) }, now };
  }

  #mark(id: number, told: CounterReport, at: EpochMillis, carried: Carried | null): void {
    const total = totalOf(carried, told);
    const current = Object.fromEntries(Object.keys(told.counters).map((key) => [key, total[key]]));
    this.#sql.mark.add([id, at, JSON.stringify(current)]);
  }

  #carried(id: number): Carried | null {
    const text = this.#sql.carried.get(id);
    return text ? (JSON.parse(text) as Carried) : null;
  }
}
