import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlaneConfig } from '../config.ts';
import type { Database } from '../database/open-stores.ts';
import type { RetentionView } from '../resources/retention.ts';
import { DATABASE_FILE } from '../store/open-database.ts';
import type { DiskGuard } from './disk-guard.ts';

interface Viewed {
  readonly config: Pick<ControlPlaneConfig, 'data' | 'retention'>;
  readonly database: Database;
  readonly disk: Pick<DiskGuard, 'free' | 'total' | 'state'>;
}

/** The bounds as they were set, beside what is there. */
export async function viewRetention({ config, database, disk }: Viewed): Promise<RetentionView> {
  const { detectionAge, databaseBytes, sampleAge, sampleBytes } = config.retention;
  const { samplesMark, detectionsMark } = config.retention;
  const [used, samples] = await Promise.all([
    sizeOf(join(config.data, DATABASE_FILE)),
    database
      .selectFrom('samples')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
      .executeTakeFirstOrThrow(),
  ]);
  return {
    detections: { age: detectionAge, bytes: databaseBytes, used },
    samples: { age: sampleAge, bytes: sampleBytes, used: samples.bytes ?? 0 },
    disk: { free: disk.free, total: disk.total, state: disk.state, samplesMark, detectionsMark },
  };
}

/** With what is not yet written back from its log. */
async function sizeOf(path: string): Promise<number> {
  const files = [path, `${path}-wal`].map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(files)).reduce((all, size) => all + size, 0);
}
