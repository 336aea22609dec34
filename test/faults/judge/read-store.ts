import { Database } from '@edgeloop/sqlite';
import { resultOf } from '../witness/read-outbox.ts';

export interface StoredStream {
  readonly device: string;
  readonly stream: string;
  readonly through: number;
  readonly rows: readonly { readonly seq: number; readonly result: string }[];
  readonly tombstones: readonly {
    readonly from: number;
    readonly to: number;
    readonly reason: string;
  }[];
}

/** What the control plane has stored, by its file alone. */
export function readStore(path: string): StoredStream[] {
  const database = new Database(path, { readonly: true });
  const streams = database
    .prepare<[], { id: number; device: string; stream: string; through: number }>(
      'SELECT streams.id, device, stream, through FROM streams JOIN devices ON devices.id = device_id',
    )
    .all();
  const rows = database.prepare<
    [number],
    { seq: number; label: string; score: number; capturedAt: number; body: string }
  >(
    'SELECT seq, label, score, captured_at AS capturedAt, body FROM detections WHERE stream_id = ? ORDER BY seq',
  );
  const tombstones = database.prepare<[number], { from: number; to: number; reason: string }>(
    'SELECT from_seq AS "from", to_seq AS "to", reason FROM tombstones WHERE stream_id = ?',
  );
  const read = streams.map(({ id, ...stream }) => ({
    ...stream,
    tombstones: tombstones.all(id),
    rows: rows.all(id).map(({ seq, label, score, capturedAt, body }) => {
      const at = new Date(capturedAt).toISOString();
      const whole = { ...JSON.parse(body), label, score, capturedAt: at };
      return { seq, result: resultOf(JSON.stringify(whole)) };
    }),
  }));
  database.close();
  return read;
}

/** @returns what SQLite finds wrong with a file; empty: nothing */
export function integrityProblems(path: string): string[] {
  const database = new Database(path);
  const found = database.pragma('integrity_check') as { integrity_check: string }[];
  database.close();
  return found
    .map(({ integrity_check: problem }) => problem)
    .filter((problem) => problem !== 'ok')
    .map((problem) => `${path}: ${problem}`);
}
