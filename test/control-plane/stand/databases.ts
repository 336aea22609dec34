import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Database, openStores } from '../../../control-plane/src/database/open-stores.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';

interface TestDatabase {
  readonly name: string;
  /** Empty, with every migration; gone with the test. */
  open(t: Pick<Test, 'teardown'>): Promise<Database>;
}

/** Every engine that the stores run on: their tests are run on each. */
export const DATABASES: readonly TestDatabase[] = [
  {
    name: 'SQLite',
    async open(t) {
      const folder = mkdtempSync(join(tmpdir(), 'stores-'));
      openForWriting(folder).close();
      const database = openStores(folder);
      t.teardown(async () => {
        await database.destroy();
        rmSync(folder, { recursive: true, force: true });
      });
      return database;
    },
  },
];
