import type { EpochMillis, Health } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf } from '../record.ts';
import { type Carried, carry, type Told, totalOf } from '../totals/carry.ts';
import { toldByHealth } from '../totals/told-health.ts';
import type { BootTable } from './boot-table.ts';
import type { FigureTable } from './figure-table.ts';
import type { HealthHistoryTable, TotalsChange } from './health-history-table.ts';

const HOUR = 3_600_000;

interface HealthRow {
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
 * The newest health of each device, what its boots before counted, and its history. A message costs one row more to read; what was
 * carried is written only at a change of boot or of models, and once an hour a mark, from which on one can say what the last hours
 * were like.
 */
export class HealthTable {
  readonly #tables: HealthParts;
  readonly #sql;

  constructor(database: Database, tables: HealthParts) {
    this.#tables = tables;
    this.#sql = {
      find: database.prepare<[number], HealthRow>(
        'SELECT health, health_at, marked_at FROM devices LEFT JOIN device_totals ON device_id = id WHERE id = ?',
      ),
      save: database.prepare('UPDATE devices SET health = ?, health_at = ? WHERE id = ?'),
      carried: database
        .prepare<[number], string | null>(
          'SELECT health_carried FROM device_totals WHERE device_id = ?',
        )
        .pluck(),
      saveCarried: database.prepare(
        `INSERT INTO device_totals (device_id, health_carried) VALUES (?, ?)
         ON CONFLICT (device_id) DO UPDATE SET health_carried = excluded.health_carried`,
      ),
      mark: database.prepare(
        `INSERT INTO device_totals (device_id, marked_at, mark) VALUES (?, ?, ?) ON CONFLICT (device_id)
         DO UPDATE SET mark_before = mark, mark = excluded.mark, marked_at = excluded.marked_at`,
      ),
    };
  }

  set(id: number, { message, receivedAt }: RecordOf<'health'>): void {
    const row = this.#sql.find.get(id) as HealthRow;
    const { boots, figures, history } = this.#tables;
    const before = row.health === null ? null : (JSON.parse(row.health) as Health);
    const last = before && toldByHealth(before);
    const next = toldByHealth(message);
    if (last?.boot !== next.boot) boots.see(id, message.bootId, receivedAt);
    const change = this.#carry(id, last, next);
    if (change === null) return;
    history.add(id, change, message, { heardAt: row.health_at, at: receivedAt });
    this.#sql.save.run(JSON.stringify(message), receivedAt, id);
    figures.setHealth(id, before, message, receivedAt);
    if (row.marked_at === null || receivedAt - row.marked_at >= HOUR) {
      this.#mark(id, next, receivedAt);
    }
  }

  /** @returns null: it is late, and changes nothing */
  #carry(id: number, last: Told | null, next: Told): TotalsChange | null {
    // Since when it counts what it tells first is not known.
    const unchanged = { before: last?.counters ?? next.counters, after: next.counters };
    // Nearly always: the same boot went on. What it carries need not be read.
    const plain = carry(null, last, next);
    if (last === null || last.boot === next.boot) {
      if (plain === null) return null;
      if (Object.keys(plain.total).length === 0) return unchanged;
    }
    const kept = this.#carried(id);
    const carried = carry(kept, last, next);
    if (carried === null) return null;
    this.#sql.saveCarried.run(id, JSON.stringify(carried));
    return { before: totalOf(kept, last), after: totalOf(carried, next) };
  }

  #mark(id: number, told: Told, at: EpochMillis): void {
    const total = totalOf(this.#carried(id), told);
    const current = Object.fromEntries(Object.keys(told.counters).map((key) => [key, total[key]]));
    this.#sql.mark.run(id, at, JSON.stringify(current));
  }

  #carried(id: number): Carried | null {
    const text = this.#sql.carried.get(id);
    return text ? (JSON.parse(text) as Carried) : null;
  }
}
