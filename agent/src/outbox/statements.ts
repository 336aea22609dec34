import type { CameraId, StreamId, Tombstone } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';

interface Statement<Row> {
  get(...parameters: unknown[]): Row;
  all(...parameters: unknown[]): Row[];
  run(...parameters: unknown[]): unknown;
}

interface TombstoneRow {
  readonly from: number;
  readonly to: number;
  readonly reason: Tombstone['reason'];
}

export interface Statements {
  readonly meta: Statement<{ stream: StreamId; nextSeq: number }>;
  readonly totals: Statement<{ rows: number; bytes: number }>;
  readonly oldest: Statement<{ seq: number | null }>;
  readonly insert: Statement<never>;
  readonly advance: Statement<never>;
  readonly readRows: Statement<{ seq: number; camera: CameraId; body: string; sum: number | null }>;
  readonly readTombstones: Statement<TombstoneRow>;
  readonly oldestRow: Statement<{ seq: number; bytes: number; committedAt: number } | undefined>;
  readonly newestRow: Statement<{ committedAt: number } | undefined>;
  readonly deleteRow: Statement<never>;
  readonly deleteRows: Statement<never>;
  readonly deleteTombstones: Statement<never>;
  readonly newestTombstone: Statement<TombstoneRow | undefined>;
  readonly countTombstones: Statement<{ count: number }>;
  readonly putTombstone: Statement<never>;
  readonly deleteTombstone: Statement<never>;
  readonly negate: Statement<never>;
  readonly restore: Statement<never>;
  readonly shiftTombstones: Statement<never>;
  readonly rename: Statement<never>;
  readonly beginLife: Statement<never>;
  readonly confirm: Statement<never>;
  readonly deleteKnown: Statement<never>;
}

/** Each statement once, for the life of the file. */
export function prepareStatements(database: Database): Statements {
  const sql = <Row>(text: string) => database.prepare(text) as unknown as Statement<Row>;
  return {
    meta: sql('SELECT stream, next_seq AS nextSeq FROM meta'),
    totals: sql('SELECT rows, bytes FROM meta'),
    oldest: sql(
      'SELECT min(seq) AS seq FROM (SELECT min(seq) AS seq FROM rows UNION ALL SELECT min(from_seq) FROM tombstones)',
    ),
    insert: sql(
      'INSERT INTO rows (seq, camera, body, bytes, committed_at, sum) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    advance: sql('UPDATE meta SET next_seq = ?'),
    readRows: sql('SELECT seq, camera, body, sum FROM rows WHERE seq > ? ORDER BY seq LIMIT ?'),
    readTombstones: sql(
      'SELECT from_seq AS "from", to_seq AS "to", reason FROM tombstones WHERE to_seq > ? ORDER BY from_seq LIMIT ?',
    ),
    oldestRow: sql('SELECT seq, bytes, committed_at AS committedAt FROM rows ORDER BY seq LIMIT 1'),
    newestRow: sql('SELECT committed_at AS committedAt FROM rows ORDER BY seq DESC LIMIT 1'),
    deleteRow: sql('DELETE FROM rows WHERE seq = ?'),
    deleteRows: sql('DELETE FROM rows WHERE seq <= ?'),
    deleteTombstones: sql('DELETE FROM tombstones WHERE to_seq <= ?'),
    newestTombstone: sql(
      'SELECT from_seq AS "from", to_seq AS "to", reason FROM tombstones ORDER BY from_seq DESC LIMIT 1',
    ),
    countTombstones: sql('SELECT count(*) AS count FROM tombstones'),
    putTombstone: sql('INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)'),
    deleteTombstone: sql('DELETE FROM tombstones WHERE from_seq = ?'),
    negate: sql('UPDATE rows SET seq = -(seq - ?)'),
    restore: sql('UPDATE rows SET seq = -seq'),
    shiftTombstones: sql('UPDATE tombstones SET from_seq = from_seq - ?, to_seq = to_seq - ?'),
    rename: sql(
      'UPDATE meta SET stream = ?, next_seq = next_seq - ?, known_seq = 1, confirmed = 0',
    ),
    beginLife: sql('UPDATE meta SET known_seq = next_seq, confirmed = 0 WHERE confirmed = 1'),
    confirm: sql('UPDATE meta SET confirmed = 1 WHERE confirmed = 0'),
    deleteKnown: sql('DELETE FROM rows WHERE seq <= ? AND seq < (SELECT known_seq FROM meta)'),
  };
}
