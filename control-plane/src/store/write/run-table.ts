import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import type { RecordOf, StoreRecord } from '../record.ts';
import { ReadAhead } from '../sql/read-ahead.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { idsOf } from './ids-of.ts';

/** Runs of one device that are kept: of more, the oldest go. */
const MOST = 1000;

interface OpenRun {
  /** The id of the device. */
  readonly id: number;
  readonly run: number;
  readonly slot: string;
  readonly model: string;
  readonly generation: number | null;
}

/**
 * What ran in each slot of each device, from when to when: as it was heard, by this machine's
 * clock.
 */
export class RunTable {
  readonly #sql;
  readonly #open: ReadAhead<OpenRun>;
  /** Devices of the batch with a run more than before. */
  readonly #begun = new Set<number>();

  constructor(database: SqlDatabase) {
    this.#sql = {
      // One ends before another begins: a slot has one that is open.
      end: database.updateRows({
        table: 'device_runs',
        set: { until_at: 'integer' },
        by: { id: 'integer' },
      }),
      begin: database.insertRows({
        into: 'device_runs',
        columns: {
          ...({ device_id: 'integer', slot: 'text', model: 'text', name: 'text' } as const),
          ...({ generation: 'integer', from_at: 'integer' } as const),
        },
      }),
      prune: database.prepare<{ device: number }>(
        `DELETE FROM device_runs WHERE device_id = @device AND id <= (SELECT id FROM device_runs
         WHERE device_id = @device ORDER BY id DESC LIMIT 1 OFFSET ${MOST})`,
      ),
    };
    this.#open = new ReadAhead(
      database,
      `SELECT device_id AS id, id AS run, slot, model, generation FROM device_runs
       WHERE device_id = :each AND until_at IS NULL`,
    );
  }

  /** Before the records of a batch. */
  see(records: readonly StoreRecord[], ids: ReadonlyMap<DeviceId, number>): void {
    this.#open.see(idsOf('reported', records, ids));
    this.#begun.clear();
  }

  /** At the end of a batch. */
  finish(): void {
    for (const device of this.#begun) this.#sql.prune.run({ device });
  }

  /** Again with the same models, nothing. */
  set(device: number, { message, receivedAt }: RecordOf<'reported'>): void {
    const open = this.#open.take(device);
    for (const run of open) {
      const now = message.slots[run.slot];
      const goes = now?.model === run.model && (now.generation ?? null) === run.generation;
      if (!goes) this.#sql.end.add([receivedAt, run.run]);
    }
    for (const [slot, { model, name, generation = null }] of Object.entries(message.slots)) {
      const goes = open.some(
        (run) => run.slot === slot && run.model === model && run.generation === generation,
      );
      if (!goes) this.#begin(device, { slot, model, name, generation }, receivedAt);
    }
  }

  #begin(
    device: number,
    { slot, model, name, generation }: Omit<OpenRun, 'id' | 'run'> & { readonly name: string },
    at: EpochMillis,
  ): void {
    this.#sql.begin.add([device, slot, model, name, generation, at]);
    this.#begun.add(device);
  }
}
