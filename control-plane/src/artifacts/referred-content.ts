import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/**
 * Whether a model or a sample has this content: a golden case of a package is often the very bytes of a sample, so what
 * one of them gives up may be the other's.
 */
export async function isReferred(database: Database, sha256: Sha256): Promise<boolean> {
  const file = await database
    .selectFrom('model_files')
    .select('sha256')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  if (file) return true;
  const report = await database
    .selectFrom('model_reports')
    .select('sha256')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  if (report) return true;
  const sample = await database
    .selectFrom('samples')
    .select('sha256')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  return sample !== undefined;
}
