import type { Sha256 } from '@edgeloop/protocol';
import type { RecordOf, StoreRecord } from '../record.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';

const COLUMNS = {
  ...({ stream_id: 'integer', seq: 'integer', device_id: 'integer', site: 'text' } as const),
  ...({ camera: 'text', slot: 'text', model_id: 'integer', type: 'text', label: 'text' } as const),
  ...({ score: 'real', captured_at: 'integer', received_at: 'integer', body: 'text' } as const),
};

export class DetectionTable {
  readonly #sql;
  readonly #givesIdsAgain: boolean;
  /** That the next row must have; null: the database counts on by itself. */
  #nextId: number | null = null;
  #models: Map<Sha256, number> = new Map();

  constructor(database: SqlDatabase) {
    this.#givesIdsAgain = database.givesIdsAgain;
    this.#sql = {
      insert: database.insertRows({ into: 'detections', columns: COLUMNS }),
      insertAs: database.insertRows({
        ...{ into: 'detections', columns: { id: 'integer', ...COLUMNS } },
      }),
      given: database
        .prepare<[], number>(
          `SELECT given FROM detection_ids
           WHERE given > (SELECT coalesce(max(id), 0) FROM detections)`,
        )
        .pluck(),
      model: database.prepare<[Sha256], number>('SELECT id FROM models WHERE digest = ?').pluck(),
      insertModel: database
        .prepare<[Sha256], number>('INSERT INTO models (digest) VALUES (?) RETURNING id')
        .pluck(),
    };
  }

  /** Before the records of a batch: each of their models once, and whether the newest row of all has gone with its device. */
  see(records: readonly StoreRecord[]): void {
    const given = this.#givesIdsAgain ? this.#sql.given.get() : undefined;
    this.#nextId = given === undefined ? null : given + 1;
    this.#models = new Map();
    for (const record of records) {
      if (record.name !== 'detections') continue;
      const { model } = record.message;
      if (!this.#models.has(model)) this.#models.set(model, this.#idOf(model));
    }
  }

  insert(deviceId: number, streamId: number, record: RecordOf<'detections'>): void {
    const { site, camera, receivedAt, message } = record;
    const { stream: _stream, seq, slot, model, type, label, score, capturedAt, ...body } = message;
    const modelId = this.#models.get(model) as number;
    const values = [
      ...[streamId, seq, deviceId, site, camera, slot, modelId, type, label, score],
      ...[Date.parse(capturedAt), receivedAt, JSON.stringify(body)],
    ];
    if (this.#nextId === null) this.#sql.insert.add(values);
    else this.#sql.insertAs.add([this.#nextId, ...values]);
    this.#nextId = null;
  }

  #idOf(model: Sha256): number {
    return (this.#sql.model.get(model) ?? this.#sql.insertModel.get(model)) as number;
  }
}
