import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes, epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { BEGIN_WRITING } from '../../../control-plane/src/database/postgres/begin-writing.ts';
import { connectPostgres } from '../../../control-plane/src/database/postgres/connect-postgres.ts';
import { migratePostgres } from '../../../control-plane/src/database/postgres/migrate-postgres.ts';
import { LeaseStore } from '../../../control-plane/src/ingest/lease/lease-store.ts';
import { openForReading, openSqlite } from '../../../control-plane/src/store/open-database.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import type { StoreShare } from '../../../control-plane/src/store/store-calls.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { LONG } from '../../stand/long.ts';
import { openStore } from '../stand/open-store.ts';
import { OwnDatabase } from '../stand/postgres/own-database.ts';
import { PostgresDatabases } from '../stand/postgres/postgres-databases.ts';
import { PostgresServer, postgresMissing } from '../stand/postgres/postgres-server.ts';
import { storePlace } from '../stand/store-place.ts';
import { row } from '../store/records.ts';
import { controlPlaneOnPostgres } from './control-plane-on-postgres.ts';
import { filesOfStores, OF_SQLITE } from './files-of-stores.ts';
import { orderedTexts, postgresSchema, sqliteSchema } from './schema-of.ts';
import { whoIsLetIn } from './who-is-let-in.ts';

t.setTimeout(600_000);

const ofStores = filesOfStores();

t.test('every test of a store is run on PostgreSQL too, or named as one of SQLite', async (t) => {
  t.ok(ofStores.onEither.length > 40, `${ofStores.onEither.length} files`);
  t.same(ofStores.onSqlite, Object.keys(OF_SQLITE));
});

const missing = postgresMissing || opensslMissing;
if (missing) t.test('the rest', { skip: missing }, () => {});
else await testOnPostgres();

async function testOnPostgres(): Promise<void> {
  const certificates = new Certificates();
  const server = await PostgresServer.start(t, certificates.issue('localhost'));
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

  t.test('a migration may take as long as it takes', async (t) => {
    const url = databases.lend();
    for (const [purpose, most] of [
      ['statements', '50s'],
      ['migrations', '0'],
    ] as const) {
      const client = await connectPostgres(url, purpose);
      const { rows } = await client.query('SHOW statement_timeout');
      t.same(rows, [{ statement_timeout: most }]);
      await client.end();
    }
    databases.giveBack(url);
  });

  t.test('those that may not share a database are kept apart on different machines', async (t) => {
    const url = databases.lend();
    const opened: StoreWriter[] = [];
    const open = (share: StoreShare) => {
      const folder = mkdtempSync(join(tmpdir(), 'machine-'));
      t.teardown(() => rmSync(folder, { recursive: true, force: true }));
      const writer = new StoreWriter(folder, url, share);
      opened.push(writer);
      return writer;
    };
    const closeAll = () => {
      for (const writer of opened.splice(0)) writer.close();
    };
    t.teardown(closeAll);
    open('whole').commit([row(1)]);
    t.throws(() => open('ingest'), { code: 'DATA_IN_USE', message: /--without-ingest/ });
    t.throws(() => open('api'), { code: 'DATA_IN_USE', message: /another control plane/ });
    closeAll();
    const api = open('api');
    open('ingest').commit([row(2)]);
    open('ingest').commit([row(3)]);
    t.throws(() => open('whole'), { code: 'DATA_IN_USE', message: /another control plane/ });
    api.close();
    t.throws(() => open('whole'), { code: 'DATA_IN_USE', message: /no process of "ingest"/ });
    opened.shift();
    closeAll();
    open('whole');
    closeAll();
    databases.giveBack(url);
  });

  t.test('one that was cut off, and whose place another took, writes nothing more', async (t) => {
    const url = databases.lend();
    const [mine, theirs] = ['mine', 'theirs'].map((name) => {
      const folder = mkdtempSync(join(tmpdir(), `${name}-`));
      t.teardown(() => rmSync(folder, { recursive: true, force: true }));
      return folder;
    }) as [string, string];
    const cut = async () => {
      const client = await connectPostgres(url);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await client.end();
    };
    const store = new Store(mine, url, 'whole', millis(1000));
    await store.start();
    const database = openStores('', url, store.ownership);
    t.teardown(async () => {
      await database.destroy();
      await store.close();
    });
    const leases = new LeaseStore(database);
    await leases.release(0);
    await cut();
    await delay(100);
    await leases.read();
    t.match(await store.commit([row(1)]), { stored: 1 }, 'alone, it goes on by itself');

    await cut();
    const another = new StoreWriter(theirs, url);
    const refused = { code: 'DATA_IN_USE' };
    // Until the stores know of the cut, too.
    await delay(100);
    await t.rejects(leases.release(0), refused, 'the stores ask before they connect again');
    await t.rejects(store.commit([row(2)]), refused);
    await t.rejects(store.ownership.confirm(), refused);
    t.match(await store.ownership.lost, { code: 'DATA_IN_USE', exitStatus: 61 });
    another.close();
    databases.giveBack(url);
  });

  t.test('what is committed is on disk, whatever its owner has set', async (t) => {
    const url = databases.lend();
    const setting = async () => {
      const client = await connectPostgres(url);
      const { rows } = await client.query('SHOW synchronous_commit');
      await client.end();
      return rows[0].synchronous_commit;
    };
    for (const [set, held] of [
      ['off', 'on'],
      ['remote_apply', 'remote_apply'],
    ]) {
      const client = await connectPostgres(url);
      const name = new URL(url).pathname.slice(1);
      await client.query(`ALTER DATABASE ${name} SET synchronous_commit = ${set}`);
      await client.end();
      t.equal(await setting(), held);
    }
  });

  t.test('what is removed is no longer counted, though the files stay as they are', async (t) => {
    const { writer, reading } = openStore(t);
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
    const now = epochMillis(1e13);
    t.ok(full > empty + 4000 * 300, `${full} bytes`);
    t.equal(
      writer.removeDetections({ before: null, bytes: bytes(full), now }),
      0,
      'within the bound',
    );
    const bound = bytes(Math.round(empty + (full - empty) * 0.55));
    let removed = 0;
    for (let more = 1; more > 0; removed += more)
      more = writer.removeDetections({ before: null, bytes: bound, now });
    t.equal(removed, 2000, 'one batch is half of them');
    t.ok(reading.usedBytes() <= bound, 'and no more goes');
  });

  t.test('a writer that asks for nothing more keeps nobody waiting in vain', async (t) => {
    const url = databases.lend();
    const client = await connectPostgres(url);
    t.teardown(() => client.end().catch(() => {}));
    await client.query(BEGIN_WRITING);
    const database = openStores('', url);
    t.teardown(() => database.destroy());
    const leases = new LeaseStore(database);
    await leases.release(0);
    t.equal((await leases.read()).beat, 1, 'the next has written');
    await t.rejects(client.query('COMMIT'), 'and what was begun came to nothing');
    databases.giveBack(url);
  });

  t.test('who writes reads what the one before left, by any default of the server', async (t) => {
    const url = databases.lend();
    const [one, next] = [await connectPostgres(url), await connectPostgres(url)];
    t.teardown(async () => {
      await Promise.all([one.end(), next.end()]);
      databases.giveBack(url);
    });
    await next.query("SET default_transaction_isolation = 'repeatable read'");
    await one.query(BEGIN_WRITING);
    const begun = next.query(BEGIN_WRITING);
    await delay(100);
    await one.query('UPDATE detection_ids SET given = 7');
    await one.query('COMMIT');
    await begun;
    const { rows } = await next.query('SELECT given FROM detection_ids');
    t.same(rows, [{ given: 7 }]);
    await next.query('COMMIT');
  });

  t.test(
    'who waited in vain for another that writes for long reads and writes at once after it',
    async (t) => {
      const place = storePlace(t);
      const [writer, database] = [new StoreWriter(...place), openStores(...place)];
      const leases = new LeaseStore(database);
      await leases.read();
      const client = await connectPostgres(place[1] as string);
      t.teardown(async () => {
        writer.close();
        await database.destroy();
        await client.end();
      });
      await client.query(BEGIN_WRITING);
      const another = client.query('SELECT pg_sleep(6); COMMIT');
      const waits = leases.release(0).catch(({ code }) => code);
      await delay(100);
      t.throws(() => writer.commit([row(1)]), { code: '55P03' });
      t.equal(await waits, 'STORE_FAILED');
      t.match(await leases.read(), { beat: 0 });
      t.match(writer.commit([row(1)]), { stored: 1 });
      await another;
      await leases.release(0);
      t.match(await leases.read(), { beat: 1 });
    },
  );

  const own = await OwnDatabase.create(t, server, 'own');
  t.test('who is let in, and who is believed', (t) => whoIsLetIn(t, own, certificates.ca));

  // What they ask of tap is done when all of them are here.
  t.test('every file of stores is loaded', async () => {
    for (const name of ofStores.onEither) await import(`../${name}.test.ts`);
    // Every route with what SQL takes amiss.
    if (LONG) await import('../../fuzz/api.test.ts');
    t.test('the process', { timeout: 120_000 }, (t) =>
      controlPlaneOnPostgres(t, server, own, certificates.ca),
    );
  });
}
