import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { PostgresUrl } from '../../../control-plane/src/database/postgres/connect-postgres.ts';

/**
 * Where a store of its own can be, gone with the test; on the engine that `stand/databases.ts` has.
 */
export function storePlace(t: Pick<Test, 'teardown'>): [folder: string, url: PostgresUrl | null] {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const databases = globalThis.postgresDatabases;
  const url = databases?.lend() ?? null;
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
    if (url !== null) databases?.giveBack(url);
  });
  return [folder, url];
}
