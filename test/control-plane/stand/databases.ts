import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Database, openStores } from '../../../control-plane/src/database/open-stores.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';
import type { PostgresDatabases } from './postgres/postgres-databases.ts';

interface TestDatabase {
  readonly name: string;
  /** Empty, with every migration; gone with the test. */
  open(t: Pick<Test, 'teardown'>): Promise<Database>;
}

export const SQLITE: TestDatabase = {
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
};

const onPostgres = (databases: PostgresDatabases): TestDatabase => ({
  name: 'PostgreSQL',
  async open(t) {
    const url = databases.lend();
    const database = openStores('', url);
    t.teardown(async () => {
      await database.destroy();
      databases.giveBack(url);
    });
    return database;
  },
});

/**
 * What the stores of a test run on: SQLite; in the process of `postgres/postgres.test.ts`, which
 * has the server and runs the very same test files, PostgreSQL.
 */
export const DATABASES: readonly TestDatabase[] = [
  globalThis.postgresDatabases ? onPostgres(globalThis.postgresDatabases) : SQLITE,
];

declare global {
  /** Set before the first test file is loaded. */
  var postgresDatabases: PostgresDatabases | undefined;
}
