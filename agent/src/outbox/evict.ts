import type { Tombstone } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import type { Statements } from './statements.ts';

type Reason = Tombstone['reason'];

/** Reasons may alternate, row by row; more ranges than this are joined under the newer reason. */
const MAX_TOMBSTONES = 64;

/**
 * Deletes the oldest rows until all bounds hold, and leaves tombstones. Within a transaction.
 * @param now ms, by the clock that rows were committed by
 * @returns how many rows went
 */
export function evict(sql: Statements, bounds: OutboxBounds, now: number): number {
  let evicted = 0;
  for (;;) {
    const oldest = sql.oldestRow.get();
    const reason = oldest && exceeded(sql.totals.get(), bounds, now - oldest.committedAt);
    if (!oldest || !reason) break;
    sql.deleteRow.run(oldest.seq);
    bury(sql, oldest.seq, reason);
    evicted += 1;
  }
  if (evicted > 0) joinOldest(sql);
  return evicted;
}

function exceeded(
  { rows, bytes }: { rows: number; bytes: number },
  bounds: OutboxBounds,
  age: number,
): Reason | null {
  if (rows > bounds.rows) return 'rows';
  if (bytes > bounds.bytes) return 'bytes';
  return age > bounds.age ? 'age' : null;
}

/** In place of rows that can't be read, wherever they stand. Within a transaction. */
export function buryCorrupt(sql: Statements, seqs: readonly number[]): void {
  for (const seq of seqs) {
    sql.deleteRow.run(seq);
    sql.putTombstone.run(seq, seq, 'corrupt');
  }
}

function bury(sql: Statements, seq: number, reason: Reason): void {
  const newest = sql.newestTombstone.get();
  const adjacent = newest?.to === seq - 1 && newest.reason === reason;
  sql.putTombstone.run(adjacent ? newest.from : seq, seq, reason);
}

function joinOldest(sql: Statements): void {
  while (sql.countTombstones.get().count > MAX_TOMBSTONES) {
    const [first, second] = sql.readTombstones.all(0, 2);
    // Rows stand between them: of those in the midst of others there are not many.
    if (!first || second?.from !== first.to + 1) return;
    sql.deleteTombstone.run(second.from);
    sql.putTombstone.run(first.from, second.to, second.reason);
  }
}
