import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/** Where content is referred to, each by a column `sha256`. */
export const REFERRING_TABLES = ['model_files', 'model_reports', 'samples'] as const;

/** Where files of jobs are, which are kept by themselves. */
export const JOB_TABLES = ['job_files'] as const;

/**
 * Whether a model or a sample has this content: a golden case of a package is often the very bytes
 * of a sample, so what one of them gives up may be the other's.
 */
export async function isReferred(
  database: Database,
  sha256: Sha256,
  tables: typeof REFERRING_TABLES | typeof JOB_TABLES = REFERRING_TABLES,
): Promise<boolean> {
  for (const table of tables) {
    const row = await database
      .selectFrom(table)
      .select('sha256')
      .where('sha256', '=', sha256)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}
