import type { EpochMillis, Health } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import { type Figures, healthFigures, NO_FIGURES } from '../figures/health-figures.ts';
import { healthTroubles } from '../figures/health-troubles.ts';
import type { StoreRecord } from '../record.ts';

/** Of what changes the row of a device. Detections tell only that it lives. */
const TELLS: ReadonlySet<StoreRecord['name']> = new Set(['status', 'reported', 'health', 'state']);
/** What other processes act on: `StoreFollower`. */
const SAYS: ReadonlySet<StoreRecord['name']> = new Set(['status', 'reported']);
/** A device that only lives is told of again after so long, by the clock of this machine. */
const LIVES_AGAIN = 30_000;

/** How devices do, and at which revision of the fleet that last changed. */
export class FigureTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      next: database
        .prepare<[], number>('UPDATE fleet_revision SET revision = revision + 1 RETURNING revision')
        .pluck(),
      raise: database.prepare(
        `INSERT INTO device_figures (device_id, revision, raised_at) VALUES (@id, @revision, @at)
         ON CONFLICT (device_id) DO UPDATE SET revision = excluded.revision, raised_at = excluded.raised_at
         WHERE @tells OR abs(excluded.raised_at - raised_at) >= ${LIVES_AGAIN}`,
      ),
      said: database.prepare('UPDATE device_figures SET said_revision = ? WHERE device_id = ?'),
      raiseKnown: database.prepare(
        `UPDATE device_figures SET revision = ?
         WHERE device_id IN (SELECT id FROM devices WHERE state <> 'unknown')`,
      ),
      find: database.prepare<[number], Figures>(
        `SELECT fps, inference_millis AS inferenceMillis, celsius, failed_at AS failedAt, lost_at AS lostAt,
           restarted_at AS restartedAt FROM device_figures WHERE device_id = ?`,
      ),
      save: database.prepare(
        `UPDATE device_figures SET fps = @fps, inference_millis = @inferenceMillis, celsius = @celsius,
           failed_at = @failedAt, lost_at = @lostAt, restarted_at = @restartedAt, troubles = @troubles WHERE device_id = @id`,
      ),
    };
  }

  /** Once for each device of a batch, before its records. */
  see(records: readonly StoreRecord[], ids: ReadonlyMap<string, number>): void {
    const seen = new Map<string, { tells: boolean; says: boolean; at: EpochMillis }>();
    for (const { device, name, receivedAt: at } of records) {
      const before = seen.get(device);
      const tells = before?.tells || TELLS.has(name);
      seen.set(device, { tells, says: before?.says || SAYS.has(name), at });
    }
    const revision = this.#sql.next.get();
    for (const [device, { tells, says, at }] of seen) {
      const id = ids.get(device);
      this.#sql.raise.run({ id, revision, at, tells: tells ? 1 : 0 });
      if (says) this.#sql.said.run(revision, id);
    }
  }

  setHealth(id: number, before: Health | null, now: Health, at: EpochMillis): void {
    const last = this.#sql.find.get(id) ?? NO_FIGURES;
    const found = healthTroubles(now);
    const troubles = found.length === 0 ? null : JSON.stringify(found);
    this.#sql.save.run({ id, ...healthFigures(before, now, at, last), troubles });
  }

  /** Before nobody is known to be online any more. */
  forgetStates(): void {
    this.#sql.raiseKnown.run(this.#sql.next.get());
  }
}
