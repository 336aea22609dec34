import type { SqlDatabase } from '../sql/sql-database.ts';
import { encodeCursor } from './cursor.ts';

/** The cursor, in the order `stored`, of all that will be stored from now on. */
export function latestDetection(database: SqlDatabase): string {
  const id = database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM detections').pluck();
  return encodeCursor('stored', [0, id.get() as number]);
}
