import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import type { RecordOf } from '../record.ts';

export class DetectionTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      insert: database.prepare(
        `INSERT INTO detections (stream_id, seq, device_id, site, camera, slot, model_id, type, label, score,
           captured_at, received_at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      model: database.prepare<[Sha256], number>('SELECT id FROM models WHERE digest = ?').pluck(),
      insertModel: database
        .prepare<[Sha256], number>('INSERT INTO models (digest) VALUES (?) RETURNING id')
        .pluck(),
    };
  }

  insert(deviceId: number, streamId: number, record: RecordOf<'detections'>): void {
    const { site, camera, receivedAt, message } = record;
    const { stream: _stream, seq, slot, model, type, label, score, capturedAt, ...body } = message;
    const modelId = this.#sql.model.get(model) ?? this.#sql.insertModel.get(model);
    this.#sql.insert.run(
      ...[streamId, seq, deviceId, site, camera, slot, modelId, type, label, score],
      ...[Date.parse(capturedAt), receivedAt, JSON.stringify(body)],
    );
  }
}
