import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf } from '../record.ts';

/** Runs of one device that are kept: of more, the oldest go. */
const MOST = 1000;

interface OpenRun {
  readonly id: number;
  readonly slot: string;
  readonly model: string;
  readonly generation: number | null;
}

/** What ran in each slot of each device, from when to when: as it was heard, by this machine's clock. */
export class RunTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      open: database.prepare<[number], OpenRun>(
        'SELECT id, slot, model, generation FROM device_runs WHERE device_id = ? AND until_at IS NULL',
      ),
      end: database.prepare('UPDATE device_runs SET until_at = ? WHERE id = ?'),
      begin: database.prepare(
        'INSERT INTO device_runs (device_id, slot, model, name, generation, from_at) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      prune: database.prepare(
        `DELETE FROM device_runs WHERE device_id = @device AND id <= (SELECT id FROM device_runs
         WHERE device_id = @device ORDER BY id DESC LIMIT 1 OFFSET ${MOST})`,
      ),
    };
  }

  /** Again with the same models, nothing. */
  set(device: number, { message, receivedAt }: RecordOf<'reported'>): void {
    const open = this.#sql.open.all(device);
    for (const run of open) {
      const now = message.slots[run.slot];
      const goes = now?.model === run.model && (now.generation ?? null) === run.generation;
      if (!goes) this.#sql.end.run(receivedAt, run.id);
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
    { slot, model, name, generation }: Omit<OpenRun, 'id'> & { readonly name: string },
    at: EpochMillis,
  ): void {
    this.#sql.begin.run(device, slot, model, name, generation, at);
    this.#sql.prune.run({ device });
  }
}
