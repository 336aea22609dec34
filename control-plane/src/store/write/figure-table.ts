import type { DeviceId, EpochMillis, Health } from '@edgeloop/protocol';
import { type Figures, healthFigures, NO_FIGURES } from '../figures/health-figures.ts';
import { healthTroubles } from '../figures/health-troubles.ts';
import type { StoreRecord } from '../record.ts';
import { ReadAhead } from '../sql/read-ahead.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { idsOf } from './ids-of.ts';

/** Of what changes the row of a device. Detections tell only that it lives. */
const TELLS: ReadonlySet<StoreRecord['name']> = new Set(['status', 'reported', 'health', 'state']);
/** What other processes act on: `StoreFollower`. */
const SAYS: ReadonlySet<StoreRecord['name']> = new Set(['status', 'reported']);
/** A device that only lives is told of again after so long, by the clock of this machine. */
const LIVES_AGAIN = 30_000;

const RAISED = {
  into: 'device_figures',
  columns: { device_id: 'integer', revision: 'integer', raised_at: 'integer' },
} as const;
const RAISE =
  'ON CONFLICT (device_id) DO UPDATE SET revision = excluded.revision, raised_at = excluded.raised_at';

interface Row {
  readonly id: number;
  readonly fps: number | null;
  readonly inference_millis: number | null;
  readonly celsius: number | null;
  readonly failed_at: EpochMillis | null;
  readonly lost_at: EpochMillis | null;
  readonly restarted_at: EpochMillis | null;
}

/** How devices do, and at which revision of the fleet that last changed. */
export class FigureTable {
  readonly #sql;
  readonly #figures: ReadAhead<Row>;

  constructor(database: SqlDatabase) {
    this.#sql = {
      next: database
        .prepare<[], number>('UPDATE fleet_revision SET revision = revision + 1 RETURNING revision')
        .pluck(),
      told: database.insertRows({ ...RAISED, tail: RAISE }),
      lives: database.insertRows({
        ...RAISED,
        tail: `${RAISE} WHERE abs(excluded.raised_at - device_figures.raised_at) >= ${LIVES_AGAIN}`,
      }),
      said: database.updateRows({
        table: 'device_figures',
        set: { said_revision: 'integer' },
        by: { device_id: 'integer' },
      }),
      raiseKnown: database.prepare<[number]>(
        `UPDATE device_figures SET revision = ?
         WHERE device_id IN (SELECT id FROM devices WHERE state <> 'unknown')`,
      ),
      save: database.updateRows({
        table: 'device_figures',
        set: {
          ...({ fps: 'real', inference_millis: 'real', celsius: 'real' } as const),
          ...({ failed_at: 'integer', lost_at: 'integer', restarted_at: 'integer' } as const),
          troubles: 'text',
        },
        by: { device_id: 'integer' },
      }),
    };
    this.#figures = new ReadAhead<Row>(
      database,
      `SELECT device_id AS id, fps, inference_millis, celsius, failed_at, lost_at, restarted_at
       FROM device_figures WHERE device_id = :each`,
    );
  }

  /** Once for each device of a batch, before its records. */
  see(records: readonly StoreRecord[], ids: ReadonlyMap<DeviceId, number>): void {
    const seen = new Map<DeviceId, { tells: boolean; says: boolean; at: EpochMillis }>();
    for (const { device, name, receivedAt: at } of records) {
      const before = seen.get(device);
      const tells = before?.tells || TELLS.has(name);
      seen.set(device, { tells, says: before?.says || SAYS.has(name), at });
    }
    const revision = this.#sql.next.get() as number;
    for (const [device, { tells, says, at }] of seen) {
      const id = ids.get(device) as number;
      const raised = [id, revision, at];
      if (tells) this.#sql.told.add(raised);
      else this.#sql.lives.add(raised);
      if (says) this.#sql.said.add([revision, id]);
    }
    this.#figures.see(idsOf('health', records, ids));
  }

  setHealth(id: number, before: Health | null, now: Health, at: EpochMillis): void {
    const [row] = this.#figures.take(id);
    const last = row ? figuresOf(row) : NO_FIGURES;
    const found = healthTroubles(now);
    const troubles = found.length === 0 ? null : JSON.stringify(found);
    const next = healthFigures(before, now, at, last);
    this.#sql.save.add([
      ...[next.fps, next.inferenceMillis, next.celsius],
      ...[next.failedAt, next.lostAt, next.restartedAt, troubles, id],
    ]);
  }

  /** Before nobody is known to be online any more. */
  forgetStates(): void {
    this.#sql.raiseKnown.run(this.#sql.next.get() as number);
  }
}

const figuresOf = (row: Row): Figures => ({
  fps: row.fps,
  inferenceMillis: row.inference_millis,
  celsius: row.celsius,
  failedAt: row.failed_at,
  lostAt: row.lost_at,
  restartedAt: row.restarted_at,
});
