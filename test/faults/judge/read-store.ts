import { Database } from '@edgeloop/sqlite';
import type { StoreBefore } from '../witness/ledger.ts';
import { resultOf } from '../witness/read-outbox.ts';
import { openStoreRows, type StorePlace, type StoreRows } from './store-rows.ts';

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

/** What the control plane has stored, by its database alone. */
export async function readStore(place: StorePlace): Promise<StoredStream[]> {
  const rows = await openStoreRows(place);
  const read: StoredStream[] = [];
  for (const { id, ...stream } of await streamsOf(rows)) {
    const found = await rows.all<StoredRow>(
      `SELECT seq, label, score, captured_at AS "capturedAt", body FROM detections WHERE stream_id = ? ORDER BY seq`,
      id,
    );
    read.push({ ...stream, rows: found.map(contentOf) });
  }
  await rows.close();
  return read;
}

/** Of a store that is whole: how far it is, and what it has forgotten. */
export async function readStoreBefore(place: StorePlace): Promise<StoreBefore[]> {
  const rows = await openStoreRows(place);
  const read = await streamsOf(rows);
  await rows.close();
  return read.map((stream) => ({ ...stream, forgotten: forgottenIn(stream) }));
}

interface StoredRow {
  readonly seq: number;
  readonly label: string;
  readonly score: number;
  readonly capturedAt: number;
  readonly body: string;
}

function contentOf({ seq, label, score, capturedAt, body }: StoredRow) {
  const at = new Date(capturedAt).toISOString();
  const whole = { ...JSON.parse(body), label, score, capturedAt: at };
  return { seq, result: resultOf(JSON.stringify(whole)) };
}

async function streamsOf(rows: StoreRows) {
  const streams = await rows.all<Omit<StoredStream, 'rows' | 'tombstones'> & { id: number }>(
    'SELECT streams.id, device, stream, through FROM streams JOIN devices ON devices.id = device_id',
  );
  const tombstones = await rows.all<StoredStream['tombstones'][number] & { id: number }>(
    'SELECT stream_id AS id, from_seq AS "from", to_seq AS "to", reason FROM tombstones',
  );
  return streams.map((stream) => ({
    ...stream,
    tombstones: tombstones.filter(({ id }) => id === stream.id),
  }));
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
