import type { Bytes, EpochMillis } from '@edgeloop/protocol';
import { detectionBytes } from '../sql/detection-bytes.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';

export interface DetectionBounds {
  /** Received before then is too old; null: no age is. */
  readonly before: EpochMillis | null;
  /**
   * What was stamped later than this was so by a clock that was ahead: its place says how old it
   * is.
   */
  readonly now: EpochMillis;
  /** The database may hold so much; null: however much. */
  readonly bytes: Bytes | null;
}

/** In one transaction: what is stored meanwhile waits no longer than this takes. */
export const REMOVED_AT_ONCE = 2000;

/**
 * Of the size that is set detections keep this part, whatever else the database holds: what they
 * give up beyond would not do.
 */
const OWN_SHARE = 0.1;

/** How much of what detections take is too much. */
export function excessOf(database: SqlDatabase, bytes: Bytes | null): number {
  const excess = bytes === null ? 0 : database.usedBytes() - bytes;
  if (bytes === null || excess <= 0) return 0;
  return Math.max(0, Math.min(excess, detectionBytes(database) - bytes * OWN_SHARE));
}

/**
 * The oldest of those that are out of bounds. Streams keep how far they are accounted for: what was
 * removed was stored. The newest of all stays, so that no id is given twice.
 * @returns how many were removed
 */
export function removeDetections(
  database: SqlDatabase,
  { before, now, bytes }: DetectionBounds,
): number {
  const tooMuch = excessOf(database, bytes) > 0;
  const old = before ?? 0;
  return database
    .prepare<[number, number, number, number, number]>(
      `DELETE FROM detections WHERE id IN (SELECT id FROM detections ORDER BY id LIMIT ?)
       AND (? = 1 OR received_at < ? OR (received_at > ? AND id < ?))
       AND id < (SELECT max(id) FROM detections)`,
    )
    .run(REMOVED_AT_ONCE, tooMuch ? 1 : 0, old, now, placeOfOld(database, old)).changes;
}

/**
 * The id of one that is too old, as late a one as a few looks find: whatever was stored before it
 * is older. 0: none.
 */
function placeOfOld(database: SqlDatabase, before: number): number {
  const at = database.prepare<[number], { id: number; received_at: number }>(
    'SELECT id, received_at FROM detections WHERE id >= ? ORDER BY id LIMIT 1',
  );
  let found = 0;
  for (let row = at.get(0), step = 1; row; row = at.get(row.id + step), step *= 2) {
    if (row.received_at < before) found = row.id;
  }
  return found;
}
