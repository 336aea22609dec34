import { Database } from '@edgeloop/sqlite';
import type { StoreBefore } from '../witness/ledger.ts';
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

/** Tombstones of what the store had confirmed, and had no longer. */
export const forgottenIn = (
  stored: Pick<StoredStream, 'tombstones'> | undefined,
): StoredStream['tombstones'] =>
  stored?.tombstones.filter(({ reason }) => reason === 'acknowledged') ?? [];

/** What the control plane has stored, by its file alone. */
export function readStore(path: string): StoredStream[] {
  const database = new Database(path, { readonly: true });
  const rows = database.prepare<
    [number],
    { seq: number; label: string; score: number; capturedAt: number; body: string }
  >(
    'SELECT seq, label, score, captured_at AS capturedAt, body FROM detections WHERE stream_id = ? ORDER BY seq',
  );
  const read = streamsOf(database).map(({ id, ...stream }) => ({
    ...stream,
    rows: rows.all(id).map(({ seq, label, score, capturedAt, body }) => {
      const at = new Date(capturedAt).toISOString();
      const whole = { ...JSON.parse(body), label, score, capturedAt: at };
      return { seq, result: resultOf(JSON.stringify(whole)) };
    }),
  }));
  database.close();
  return read;
}

/** Of a store that is whole: how far it is, and what it has forgotten. */
export function readStoreBefore(path: string): StoreBefore[] {
  const database = new Database(path, { readonly: true });
  const read = streamsOf(database).map((stream) => ({ ...stream, forgotten: forgottenIn(stream) }));
  database.close();
  return read;
}

function streamsOf(database: Database) {
  const tombstones = database.prepare<[number], { from: number; to: number; reason: string }>(
    'SELECT from_seq AS "from", to_seq AS "to", reason FROM tombstones WHERE stream_id = ?',
  );
  return database
    .prepare<[], { id: number; device: string; stream: string; through: number }>(
      'SELECT streams.id, device, stream, through FROM streams JOIN devices ON devices.id = device_id',
    )
    .all()
    .map((stream) => ({ ...stream, tombstones: tombstones.all(stream.id) }));
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
