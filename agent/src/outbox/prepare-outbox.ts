import { randomUUID } from 'node:crypto';
import { parseId } from '@edgeloop/protocol/ids';
import { Database } from '@edgeloop/sqlite';
import { sumOf } from './row-sum.ts';
import { prepareStatements, type Statements } from './statements.ts';

/**
 * The tables of an outbox, made or brought up to date, in a file that is whole.
 * @throws SqliteError `SQLITE_CORRUPT`, `SQLITE_NOTADB`; ProtocolError for a stream that is none
 */
export function prepareOutbox(database: Database): Statements {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  database.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  const check = database.pragma('quick_check(1)', { simple: true });
  if (check !== 'ok') throw new Database.SqliteError(`quick_check: ${check}`, 'SQLITE_CORRUPT');
  database.transaction(() => {
    database.exec(SCHEMA);
    const columns = database.pragma('table_info(meta)') as { name: string }[];
    if (!columns.some(({ name }) => name === 'known_seq')) addColumns(database);
    database
      .prepare(
        'INSERT OR IGNORE INTO meta (id, stream, next_seq, rows, bytes) VALUES (1, ?, 1, 0, 0)',
      )
      .run(randomUUID());
  })();
  const statements = prepareStatements(database);
  parseId('stream', statements.meta.get().stream);
  return statements;
}

/** Files of before have neither. */
function addColumns(database: Database): void {
  database.exec(KNOWN);
  database.exec('ALTER TABLE rows ADD COLUMN sum INTEGER');
  const set = database.prepare('UPDATE rows SET sum = ? WHERE seq = ?');
  const rows = database.prepare<[], { seq: number; camera: string; body: string }>(
    'SELECT seq, camera, body FROM rows',
  );
  for (const { seq, camera, body } of rows.all()) set.run(sumOf(camera, body), seq);
}

/**
 * 512 KiB. A log that grew to SQLite's 4 MiB beside a full disk would leave no room to empty it
 * into the file.
 */
const LOG_PAGES = 128;
/**
 * Rows are written once and read once. better-sqlite3 lets a cache grow to 16 MB, which a file that
 * grew through an outage fills for good.
 */
const CACHE_KIBIBYTES = 256;

/**
 * Rows below `known_seq` are those that the store means by their numbers; `confirmed`: the store
 * confirmed some since the agent that runs began to write. Of a file that went back in time, rows
 * that came after that bear numbers under which the store has others.
 */
const KNOWN = `
  ALTER TABLE meta ADD COLUMN known_seq INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE meta ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
`;

// The totals live beside the counter: counting a hundred thousand rows at each commit would be slow
// on a small card.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    stream TEXT NOT NULL,
    next_seq INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS rows (
    seq INTEGER PRIMARY KEY,
    camera TEXT NOT NULL,
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    committed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tombstones (
    from_seq INTEGER PRIMARY KEY,
    to_seq INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS count_insert AFTER INSERT ON rows BEGIN
    UPDATE meta SET rows = rows + 1, bytes = bytes + NEW.bytes;
  END;
  CREATE TRIGGER IF NOT EXISTS count_delete AFTER DELETE ON rows BEGIN
    UPDATE meta SET rows = rows - 1, bytes = bytes - OLD.bytes;
  END;
`;
