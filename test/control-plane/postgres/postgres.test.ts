import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { connectPostgres } from '../../../control-plane/src/database/postgres/connect-postgres.ts';
import { migratePostgres } from '../../../control-plane/src/database/postgres/migrate-postgres.ts';
import { openForReading, openSqlite } from '../../../control-plane/src/store/open-database.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { PostgresDatabases } from '../stand/postgres/postgres-databases.ts';
import { PostgresServer, postgresMissing } from '../stand/postgres/postgres-server.ts';
import { storePlace } from '../stand/store-place.ts';
import { row } from '../store/records.ts';
import { controlPlaneOnPostgres } from './control-plane-on-postgres.ts';
import { orderedTexts, postgresSchema, sqliteSchema } from './schema-of.ts';

t.setTimeout(600_000);

const OPENS = /stand\/(databases|store-place)\.ts'/;
const tests = new URL('../', import.meta.url);

/** Every test file of what runs on either database, as `stand/databases.ts` or `stand/store-place.ts` opens it. */
const ofStores = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('postgres/'))
  .filter((file) => OPENS.test(readFileSync(new URL(file, tests), 'utf8')))
  .map((file) => file.slice(0, -'.test.ts'.length))
  .sort();

if (postgresMissing) t.plan(0, postgresMissing);
else await testOnPostgres();

async function testOnPostgres(): Promise<void> {
  const server = await PostgresServer.start(t);
  const databases = new PostgresDatabases(server);
  databases.start();
  globalThis.postgresDatabases = databases;

  t.test('both engines have the same tables, columns and indexes', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const sqlite = openSqlite(folder);
    const postgres = openForReading('', databases.lend());
    t.same(postgresSchema(postgres), sqliteSchema(sqlite));
    t.same(orderedTexts(postgres), [], 'and order texts alike');
    postgres.close();
    sqlite.close();
  });

  t.test('a database of a newer version is left alone', async (t) => {
    const client = await connectPostgres(databases.lend());
    t.teardown(() => client.end());
    await migratePostgres(client);
    await client.query('UPDATE schema_version SET version = 999');
    await t.rejects(migratePostgres(client), { code: 'DATA_NEWER', exitStatus: 62 });
  });

  t.test('what is removed is no longer counted, though the files stay as they are', async (t) => {
    const place = storePlace(t);
    const writer = new StoreWriter(...place);
    const reading = openForReading(...place);
    t.teardown(() => {
      reading.close();
      writer.close();
    });
    const empty = reading.usedBytes();
    for (let from = 0; from < 4000; from += 1000) {
      writer.commit(
        Array.from({ length: 1000 }, (_, i) => ({
          ...row(from + i + 1),
          receivedAt: epochMillis(from),
        })),
      );
    }
    const full = reading.usedBytes();
    t.ok(full > empty + 4000 * 300, `${full} bytes`);
    t.equal(writer.removeDetections({ before: null, bytes: bytes(full) }), 0, 'within the bound');
    const bound = bytes(Math.round(empty + (full - empty) * 0.55));
    let removed = 0;
    for (let more = 1; more > 0; removed += more)
      more = writer.removeDetections({ before: null, bytes: bound });
    t.equal(removed, 2000, 'one batch is half of them');
    t.ok(reading.usedBytes() <= bound, 'and no more goes');
  });

  // What they ask of tap is done when all of them are here.
  t.test('every file of stores is loaded', async () => {
    for (const name of ofStores) await import(`../${name}.test.ts`);
    t.test('the process', { timeout: 120_000 }, (t) =>
      controlPlaneOnPostgres(t, server, databases.lend()),
    );
  });
}
