import type { Database } from '../database/open-stores.ts';
import type { RetentionUsage } from '../resources/retention.ts';
import type { Store } from '../store/store.ts';
import { amountOf } from './amount-of.ts';
import type { DiskGuard } from './disk-guard.ts';

export interface Used {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
  readonly disk: Pick<DiskGuard, 'free' | 'total' | 'state' | 'marks'>;
}

/** What there is, measured as the bounds are. */
export async function viewUsage({ database, store, disk }: Used): Promise<RetentionUsage> {
  const { bytes: samples } = await amountOf(
    database,
    database.selectFrom('samples').select('bytes').as('those'),
  );
  const { bytes: pictures } = await amountOf(
    database,
    database.selectFrom('picture_holdings').select('bytes').as('those'),
  );
  const { free, total, state, marks } = disk;
  return {
    database: await store.read('usedBytes', null),
    samples,
    pictures,
    disk: { free, total, state, samplesMark: marks.samples, detectionsMark: marks.detections },
  };
}
