import type { Sha256 } from '@edgeloop/protocol';
import type { SqlDatabase } from '../sql/sql-database.ts';

/** How many devices run each model, as they reported last. */
export function countRunning(database: SqlDatabase): Readonly<Record<Sha256, number>> {
  const rows = database
    .prepare<[], { model: Sha256; devices: number }>(
      `SELECT model, count(DISTINCT device_id) AS devices FROM device_runs
       WHERE until_at IS NULL GROUP BY model`,
    )
    .all();
  return Object.fromEntries(rows.map(({ model, devices }) => [model, devices]));
}
