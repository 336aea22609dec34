import type { SqlDatabase } from './sql-database.ts';

/** Rows that stand for all. */
const LOOKED_AT = 500;

/**
 * What detections take, about. Ids have few gaps, so that the first and the last say how many there
 * are.
 */
export function detectionBytes(database: SqlDatabase): number {
  const rows = database
    .prepare<[], number>('SELECT coalesce(max(id) - min(id) + 1, 0) FROM detections')
    .pluck()
    .get();
  const texts = database
    .prepare<[number], number | null>(
      `SELECT avg(octet_length(body) + octet_length(site) + octet_length(camera) + octet_length(slot)
         + octet_length(type) + 3 * octet_length(label))
       FROM (SELECT * FROM detections ORDER BY id DESC LIMIT ?) AS newest`,
    )
    .pluck()
    .get(LOOKED_AT);
  return (rows ?? 0) * ((texts ?? 0) + database.besideTexts);
}
