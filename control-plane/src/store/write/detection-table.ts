import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from 'better-sqlite3';
import type { RecordOf } from '../record.ts';
import type { OpenStream } from './stream-table.ts';

export class DetectionTable {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      insert: database.prepare(
        `INSERT OR IGNORE INTO detections (stream_id, seq, device_id, site, camera, slot, model_id, type, label, score,
           captured_at, received_at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      model: database.prepare<[Sha256], number>('SELECT id FROM models WHERE digest = ?').pluck(),
      insertModel: database
        .prepare<[Sha256], number>('INSERT INTO models (digest) VALUES (?) RETURNING id')
        .pluck(),
    };
  }

  /** @returns whether it is new: a device sends again what it does not know to be stored */
  insert(deviceId: number, stream: OpenStream, record: RecordOf<'detections'>): boolean {
    const { site, camera, receivedAt, message } = record;
    const { stream: _stream, seq, slot, model, type, label, score, capturedAt, ...body } = message;
    const modelId = this.#sql.model.get(model) ?? this.#sql.insertModel.get(model);
    const { changes } = this.#sql.insert.run(
      ...[stream.id, seq, deviceId, site, camera, slot, modelId, type, label, score],
      ...[Date.parse(capturedAt), receivedAt, JSON.stringify(body)],
    );
    if (changes === 0) return false;
    stream.stored += 1;
    // It comes although a tombstone had given it up.
    if (seq <= stream.through) stream.storedThrough += 1;
    return true;
  }
}
