import type { Amount } from '../../resources/retention.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type DetectionBounds, excessOf, REMOVED_AT_ONCE } from '../write/remove-detections.ts';

/** Rows that stand for all: the oldest go first. */
const LOOKED_AT = 2000;

/**
 * How many detections `removeDetections` would remove by these bounds, and how much that frees,
 * about.
 */
export function measureRemoval(database: SqlDatabase, { before, bytes }: DetectionBounds): Amount {
  const oldest = database
    .prepare<[number], number | null>(
      `SELECT avg(octet_length(body) + length(site) + length(camera) + length(slot) + length(type) + 3 * length(label))
       FROM (SELECT * FROM detections ORDER BY id LIMIT ?) AS oldest`,
    )
    .pluck()
    .get(LOOKED_AT);
  if (oldest === null || oldest === undefined) return { count: 0, bytes: 0 };
  const each = oldest + database.besideTexts;
  const tooMany = Math.ceil(excessOf(database, bytes) / each / REMOVED_AT_ONCE) * REMOVED_AT_ONCE;
  const tooOld = before === null ? 0 : countBelow(database, firstSince(database, before));
  // The newest of all stays.
  const count = Math.max(tooOld, Math.min(tooMany, tooMany === 0 ? 0 : countAll(database) - 1));
  return { count, bytes: Math.round(count * each) };
}

const countAll = (database: SqlDatabase) => countBelow(database, Number.MAX_SAFE_INTEGER);

/**
 * By the smallest index, which an expression leaves free to be chosen: rows themselves are ten
 * times as much to read.
 */
function countBelow(database: SqlDatabase, id: number): number {
  return database
    .prepare<[number], number>('SELECT count(*) FROM detections WHERE +id < ?')
    .pluck()
    .get(id) as number;
}

/**
 * Ids are in the order of receiving: a few rows say from which on none is too old. The newest at
 * most.
 */
function firstSince(database: SqlDatabase, before: number): number {
  const at = database.prepare<[number], { id: number; received_at: number }>(
    'SELECT id, received_at FROM detections WHERE id >= ? ORDER BY id LIMIT 1',
  );
  let low = at.get(0)?.id ?? 0;
  let high = database.prepare<[], number>('SELECT max(id) FROM detections').pluck().get() ?? 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = at.get(middle);
    if (row && row.received_at < before) low = row.id + 1;
    else high = middle;
  }
  return low;
}
