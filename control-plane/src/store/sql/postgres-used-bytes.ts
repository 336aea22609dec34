import { detectionBytes } from './detection-bytes.ts';
import type { SqlDatabase } from './sql-database.ts';

/**
 * What PostgreSQL's files have. Of detections no more than those that are there take: what was
 * removed is used again (autovacuum), and a file does not shrink.
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
  if (!files) return 0;
  const taken = detectionBytes(database);
  return Math.round(files.all - files.detections + Math.min(files.detections, taken));
}
