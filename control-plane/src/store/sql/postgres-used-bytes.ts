import type { SqlDatabase } from './sql-database.ts';

/** Rows that stand for all. */
const LOOKED_AT = 500;

/**
 * What PostgreSQL's files have. Of detections no more than those that are there take: what was removed is used again (autovacuum), and
 * a file does not shrink. Ids have few gaps, so that the first and the last say how many there are.
 */
export function postgresUsedBytes(database: SqlDatabase): number {
  const files = database
    .prepare<[], { all: number; detections: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) AS all,
         coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname = 'detections'), 0) AS detections
       FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname = current_schema() AND relkind IN ('r', 'p')`,
    )
    .get();
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
  if (!files) return 0;
  const taken = (rows ?? 0) * ((texts ?? 0) + database.besideTexts);
  return Math.round(files.all - files.detections + Math.min(files.detections, taken));
}
