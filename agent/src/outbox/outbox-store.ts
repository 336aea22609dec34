import { randomUUID } from 'node:crypto';
import type { EpochMillis } from '@edgeloop/protocol';
import { parseId } from '@edgeloop/protocol/ids';
import { Database } from '@edgeloop/sqlite';
import type { OutboxBounds } from '../config/config.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';
import { evict } from './evict.ts';
import { prepareStatements, type Statements } from './statements.ts';

/**
 * The rows of one SQLite file. A row is durable when `append` returns (WAL, `synchronous=FULL`); its number comes from
 * a counter in the same transaction, so numbers are gap-free across crashes, also when every row was deleted.
 * Blocks: lives in a worker thread.
 */
export class OutboxStore {
  readonly #database: Database;
  readonly #bounds: OutboxBounds;
  readonly #sql: Statements;
  #evicted = 0;

  /** @throws SqliteError when the file can't be opened, is not a database, or fails its check. */
  constructor(path: string, bounds: OutboxBounds) {
    this.#bounds = bounds;
    this.#database = new Database(path);
    try {
      this.#sql = prepare(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Commits the rows, all or none, then evicts what exceeds the bounds. Returns the number of the first. */
  append(rows: readonly NewRow[], now: EpochMillis): number {
    let evicted = 0;
    const first = this.#transaction(() => {
      const { nextSeq } = this.#sql.meta.get();
      rows.forEach(({ camera, body }, i) => {
        this.#sql.insert.run(nextSeq + i, camera, body, Buffer.byteLength(body), now);
      });
      this.#sql.advance.run(nextSeq + rows.length);
      evicted = evict(this.#sql, this.#bounds, now);
      return nextSeq;
    });
    this.#evicted += evicted;
    return first;
  }

  /** Evicts by age also when nothing comes in. */
  expire(now: EpochMillis): void {
    this.#evicted += this.#transaction(() => evict(this.#sql, this.#bounds, now));
  }

  /** Up to `limit` rows and tombstones that account for numbers after `after`, in order. */
  read(after: number, limit: number): Entry[] {
    const tombstones = this.#sql.readTombstones.all(after, limit);
    const rows = this.#sql.readRows.all(after, limit);
    return [
      ...tombstones.map((tombstone) => ({ kind: 'tombstone', ...tombstone }) as const),
      ...rows.map((row) => ({ kind: 'row', ...row }) as const),
    ]
      .sort((a, b) => first(a) - first(b))
      .slice(0, limit);
  }

  /** Deletes what is stored elsewhere now: rows and whole tombstones up to `through`. */
  deleteThrough(through: number): void {
    this.#transaction(() => {
      this.#sql.deleteRows.run(through);
      this.#sql.deleteTombstones.run(through);
    });
  }

  /**
   * Begins a new stream with the rows that are there, numbered from 1: for a file that is older than what the
   * store knows of it (a restored card), whose next numbers would be taken for repetitions.
   */
  renewStream(): void {
    this.#transaction(() => {
      const offset = this.#sql.meta.get().nextSeq - 1 - this.#sql.totals.get().rows;
      this.#sql.negate.run(offset);
      this.#sql.restore.run();
      this.#sql.deleteTombstones.run(Number.MAX_SAFE_INTEGER);
      this.#sql.rename.run(randomUUID(), offset);
    });
  }

  status(): OutboxStatus {
    const { stream, nextSeq } = this.#sql.meta.get();
    const { rows, bytes } = this.#sql.totals.get();
    const oldestSeq = this.#sql.oldest.get().seq ?? nextSeq;
    return { stream, nextSeq, oldestSeq, rows, bytes, evicted: this.#evicted };
  }

  /** SQLite's own limit on the file, for tests of a full disk. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${pages}`);
  }

  close(): void {
    this.#database.close();
  }

  /** All or nothing. On a full disk the log's own space is used again before the disk counts as full. */
  #transaction<Result>(work: () => Result): Result {
    const transaction = this.#database.transaction(work);
    try {
      return transaction.immediate();
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_FULL') throw error;
      this.#database.pragma('wal_checkpoint(RESTART)');
      return transaction.immediate();
    }
  }
}

function prepare(database: Database): Statements {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  const check = database.pragma('quick_check(1)', { simple: true });
  if (check !== 'ok') throw new Database.SqliteError(`quick_check: ${check}`, 'SQLITE_CORRUPT');
  database.transaction(() => {
    database.exec(SCHEMA);
    database.prepare('INSERT OR IGNORE INTO meta VALUES (1, ?, 1, 0, 0)').run(randomUUID());
  })();
  const statements = prepareStatements(database);
  parseId('stream', statements.meta.get().stream);
  return statements;
}

/** 512 KiB. A log that grew to SQLite's 4 MiB beside a full disk would leave no room to empty it into the file. */
const LOG_PAGES = 128;

const first = (entry: Entry): number => (entry.kind === 'row' ? entry.seq : entry.from);

// The totals live beside the counter: counting a hundred thousand rows at each commit would be slow on a small card.
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
