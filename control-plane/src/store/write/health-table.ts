import type { EpochMillis, Health } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf } from '../record.ts';
import { type Carried, carry, type Told, totalOf } from '../totals/carry.ts';
import { toldByHealth } from '../totals/told-health.ts';
import type { BootTable } from './boot-table.ts';
import type { FigureTable } from './figure-table.ts';

const HOUR = 3_600_000;

interface HealthRow {
  readonly health: string | null;
  readonly marked_at: number | null;
}

/**
 * The newest health of each device, and what its boots before counted. A message costs one row more to read; written beside it is
 * only at a change of boot or of models, and once an hour a mark, from which on one can say what the last hours were like.
 */
export class HealthTable {
  readonly #boots: BootTable;
  readonly #figures: FigureTable;
  readonly #sql;

  constructor(database: Database, boots: BootTable, figures: FigureTable) {
    this.#boots = boots;
    this.#figures = figures;
    this.#sql = {
      find: database.prepare<[number], HealthRow>(
        'SELECT health, marked_at FROM devices LEFT JOIN device_totals ON device_id = id WHERE id = ?',
      ),
      save: database.prepare('UPDATE devices SET health = ? WHERE id = ?'),
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
    const { health, marked_at: markedAt } = this.#sql.find.get(id) as HealthRow;
    const before = health === null ? null : (JSON.parse(health) as Health);
    const last = before && toldByHealth(before);
    const next = toldByHealth(message);
    if (last?.boot !== next.boot) this.#boots.see(id, message.bootId, receivedAt);
    if (!this.#carry(id, last, next)) return;
    this.#sql.save.run(JSON.stringify(message), id);
    this.#figures.setHealth(id, before, message, receivedAt);
    if (markedAt === null || receivedAt - markedAt >= HOUR) this.#mark(id, next, receivedAt);
  }

  /** @returns false: it is late, and changes nothing */
  #carry(id: number, last: Told | null, next: Told): boolean {
    // Nearly always: the same boot went on. What it carries need not be read.
    const plain = carry(null, last, next);
    if (last === null || last.boot === next.boot) {
      if (plain === null) return false;
      if (Object.keys(plain.total).length === 0) return true;
    }
    const carried = carry(this.#carried(id), last, next);
    if (carried === null) return false;
    this.#sql.saveCarried.run(id, JSON.stringify(carried));
    return true;
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
