import { randomUUID } from 'node:crypto';
import type { Millis } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import type { OutboxBounds } from '../config/config.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';
import { buryCorrupt, evict } from './evict.ts';
import type { Stored } from './outbox-calls.ts';
import { prepareOutbox } from './prepare-outbox.ts';
import { sumOf } from './row-sum.ts';
import { settleOutbox } from './settle-outbox.ts';
import type { Statements } from './statements.ts';

/**
 * The rows of one SQLite file. A row is durable when `append` returns (WAL, `synchronous=FULL`);
 * its number comes from a counter in the same transaction, so numbers are gap-free across crashes,
 * also when every row was deleted. Blocks: lives in a worker thread.
 */
export class OutboxStore {
  readonly #database: Database;
  readonly #bounds: OutboxBounds;
  readonly #sql: Statements;
  #openedSeq: number;
  /** What the file's clock is ahead of the caller's; null: not known yet. */
  #ahead: number | null = null;
  /** This agent has written, and what an agent before it wrote is told apart. */
  #begun = false;
  #evicted = 0;
  #commitsInLog = 0;

  /** @throws SqliteError when the file can't be opened, is not a database, or fails its check. */
  constructor(path: string, bounds: OutboxBounds) {
    this.#bounds = bounds;
    this.#database = new Database(path);
    try {
      this.#sql = prepareOutbox(this.#database);
      this.#openedSeq = this.#sql.meta.get().nextSeq;
      settleOutbox(path);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * Commits the rows, all or none, then evicts what exceeds the bounds. What is `stored` goes in
   * the same commit, and first: its place is the rows'. Returns the number of the first.
   * @param now by a clock that nobody sets: a Pi begins in the past, and its wall clock may jump by
   * weeks
   */
  append(rows: readonly NewRow[], now: Millis, stored: Stored | null = null): number {
    const at = this.#timeAt(now);
    let evicted = 0;
    const first = this.#transaction(() => {
      if (stored) this.#delete(stored);
      this.#begin();
      const { nextSeq } = this.#sql.meta.get();
      rows.forEach(({ camera, body }, i) => {
        const sum = sumOf(camera, body);
        this.#sql.insert.run(nextSeq + i, camera, body, Buffer.byteLength(body), at, sum);
      });
      this.#sql.advance.run(nextSeq + rows.length);
      evicted = evict(this.#sql, this.#bounds, at);
      return nextSeq;
    });
    this.#begun = true;
    this.#evicted += evicted;
    this.#commitsInLog += 1;
    return first;
  }

  /** Evicts by age also when nothing comes in. @see append */
  expire(now: Millis): void {
    const at = this.#timeAt(now);
    this.#evicted += this.#transaction(() => evict(this.#sql, this.#bounds, at));
  }

  /**
   * Up to `limit` rows and tombstones that account for numbers after `after`, in order. Of a row
   * that is not as it was written, as a damaged page gives it, nothing would be taken by anyone,
   * nor anything after it: it leaves a tombstone.
   */
  read(after: number, limit: number): Entry[] {
    const found = this.#sql.readRows.all(after, limit);
    const corrupt = found.filter(({ camera, body, sum }) => sum !== sumOf(camera, body));
    if (corrupt.length > 0) {
      this.#transaction(() =>
        buryCorrupt(
          this.#sql,
          corrupt.map(({ seq }) => seq),
        ),
      );
    }
    const rows = found.filter((row) => !corrupt.includes(row));
    const tombstones = this.#sql.readTombstones.all(after, limit);
    return [
      ...tombstones.map((tombstone) => ({ kind: 'tombstone', ...tombstone }) as const),
      ...rows.map(({ seq, camera, body }) => ({ kind: 'row', seq, camera, body }) as const),
    ]
      .sort((a, b) => firstSeq(a) - firstSeq(b))
      .slice(0, limit);
  }

  /** Deletes what is stored elsewhere now: rows and whole tombstones. */
  deleteStored(stored: Stored): void {
    this.#transaction(() => this.#delete(stored));
  }

  /**
   * Brings the log into the file, now and then: two more flushes, for which a commit would wait
   * that came upon a full log. To be called when there is time.
   */
  emptyLog(): void {
    if (this.#commitsInLog < COMMITS_IN_LOG) return;
    this.#commitsInLog = 0;
    this.#database.pragma('wal_checkpoint(PASSIVE)');
  }

  /**
   * Begins a new stream with the rows that are there, numbered from 1: for a file that is older
   * than what the store knows of it (a restored card, or one that lost what it had confirmed),
   * whose next numbers would be taken for repetitions. Rows of before that the store has are left
   * out: in another stream they would be stored twice.
   * @param through so far the store has the old stream
   */
  renewStream(through: number): void {
    this.#transaction(() => {
      this.#begin();
      this.#sql.deleteKnown.run(through);
      const first = this.#sql.oldestRow.get()?.seq ?? this.#sql.meta.get().nextSeq;
      const offset = first - 1;
      this.#sql.negate.run(offset);
      this.#sql.restore.run();
      this.#sql.deleteTombstones.run(offset);
      this.#sql.shiftTombstones.run(offset, offset);
      this.#sql.rename.run(randomUUID(), offset);
    });
    this.#begun = true;
    this.#openedSeq = 1;
  }

  status(): OutboxStatus {
    const { stream, nextSeq } = this.#sql.meta.get();
    const { rows, bytes } = this.#sql.totals.get();
    const oldestSeq = this.#sql.oldest.get().seq ?? nextSeq;
    const [openedSeq, evicted] = [this.#openedSeq, this.#evicted];
    return { stream, nextSeq, openedSeq, oldestSeq, rows, bytes, evicted };
  }

  /** SQLite's own limit on the file, for tests of a full disk. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${pages}`);
  }

  close(): void {
    this.#database.close();
  }

  /** Not when it is opened: on a full disk what is there must still be read and sent. */
  #begin(): void {
    if (!this.#begun) this.#sql.beginLife.run();
  }

  /** The file's own clock goes on where its newest row left it, and stands while no agent runs. */
  #timeAt(now: Millis): number {
    this.#ahead ??= (this.#sql.newestRow.get()?.committedAt ?? now) - now;
    return Math.round(now + this.#ahead);
  }

  #delete({ stream, through }: Stored): void {
    if (this.#sql.meta.get().stream !== stream) return;
    this.#sql.deleteRows.run(through);
    this.#sql.deleteTombstones.run(through);
    this.#sql.confirm.run();
  }

  /**
   * All or nothing. On a full disk the log's own space is used again before the disk counts as
   * full.
   */
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

/** Of a row or two, a commit writes five pages at most: by then the log is not full. */
const COMMITS_IN_LOG = 24;

const firstSeq = (entry: Entry): number => (entry.kind === 'row' ? entry.seq : entry.from);
