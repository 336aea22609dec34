import type { Sha256 } from '@edgeloop/protocol';
import type { RecordOf } from '../record.ts';
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
  readonly #models = new Map<Sha256, number>();

  constructor(database: SqlDatabase) {
    this.#givesIdsAgain = database.givesIdsAgain;
    this.#sql = {
      insert: database.insertRows({ into: 'detections', columns: COLUMNS }),
      insertAs: database.insertRows({ into: 'detections', columns: { id: 'integer', ...COLUMNS } }),
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

  /** Before the records of a batch: whether the newest row of all has gone with its device. */
  begin(): void {
    const given = this.#givesIdsAgain ? this.#sql.given.get() : undefined;
    this.#nextId = given === undefined ? null : given + 1;
    this.#models.clear();
  }

  insert(deviceId: number, streamId: number, record: RecordOf<'detections'>): void {
    const { site, camera, receivedAt, message } = record;
    const { stream: _stream, seq, slot, model, type, label, score, capturedAt, ...body } = message;
    const modelId = this.#idOf(model);
    const values = [
      ...[streamId, seq, deviceId, site, camera, slot, modelId, type, label, score],
      ...[Date.parse(capturedAt), receivedAt, JSON.stringify(body)],
    ];
    if (this.#nextId === null) this.#sql.insert.add(values);
    else this.#sql.insertAs.add([this.#nextId, ...values]);
    this.#nextId = null;
  }

  /** Once for each model of a batch, and only where it has a row: any device may name any model. */
  #idOf(model: Sha256): number {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    const id = (this.#sql.model.get(model) ?? this.#sql.insertModel.get(model)) as number;
    this.#models.set(model, id);
    return id;
  }
}
