import type { SqlDatabase } from '../sql/sql-database.ts';

/** How many devices are in each state. */
export function countDevices(database: SqlDatabase): Record<string, number> {
  const rows = database
    .prepare<[], { state: string; count: number }>(
      'SELECT state, count(*) AS count FROM devices GROUP BY state',
    )
    .all();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
