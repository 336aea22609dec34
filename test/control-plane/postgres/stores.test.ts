import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { PostgresDatabases } from '../stand/postgres/postgres-databases.ts';
import { PostgresServer, postgresMissing } from '../stand/postgres/postgres-server.ts';

const tests = new URL('../', import.meta.url);

/** Every test file of what runs on either database, as `stand/databases.ts` opens it. */
const ofStores = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('postgres/'))
  .filter((file) => readFileSync(new URL(file, tests), 'utf8').includes('stand/databases.ts'))
  .sort();

if (postgresMissing) {
  t.plan(0, postgresMissing);
} else {
  globalThis.postgresDatabases = new PostgresDatabases(await PostgresServer.start(t));
  await globalThis.postgresDatabases.start();
  for (const file of ofStores) await import(new URL(file, tests).href);
}
