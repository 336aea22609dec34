import type { Bytes, EpochMillis } from '@edgeloop/protocol';
import type { SqlDatabase } from '../sql/sql-database.ts';

export interface DetectionBounds {
  /** Received before then is too old; null: no age is. */
  readonly before: EpochMillis | null;
  /** The database may hold so much; null: however much. */
  readonly bytes: Bytes | null;
}

/** In one transaction: what is stored meanwhile waits no longer than this takes. */
export const REMOVED_AT_ONCE = 2000;

/**
 * The oldest of those that are out of bounds. Streams keep how far they are accounted for: what was removed was stored.
 * The newest of all stays, so that no id is given twice.
 * @returns how many were removed
 */
export function removeDetections(
  database: SqlDatabase,
  { before, bytes }: DetectionBounds,
): number {
  const tooMuch = bytes !== null && database.usedBytes() > bytes;
  return database
    .prepare<[number, number, number]>(
      `DELETE FROM detections WHERE id IN (SELECT id FROM detections ORDER BY id LIMIT ?)
       AND (? = 1 OR received_at < ?) AND id < (SELECT max(id) FROM detections)`,
    )
    .run(REMOVED_AT_ONCE, tooMuch ? 1 : 0, before ?? 0).changes;
}
