import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { whenFree } from '../../../control-plane/src/database/when-free.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';

/**
 * Has the database for 50 ms of each 52, and counts its transactions. As built: a worker of a text
 * reads no TypeScript.
 */
const BUSY_WRITER = `
  const { workerData, parentPort } = require('node:worker_threads');
  import(workerData.sqlite).then(({ Database }) => {
    const database = new Database(workerData.file);
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    const sleep = (millis) => Atomics.wait(nobody, 0, 0, millis);
    parentPort.postMessage('begins');
    for (const end = Date.now() + 20_000; Date.now() < end; sleep(2)) {
      database.exec('BEGIN IMMEDIATE');
      Atomics.add(workerData.turns, 0, 1);
      sleep(50);
      database.exec('COMMIT');
    }
  });
`;
const sqlite = new URL('../../../sqlite/dist/index.js', import.meta.url).href;

t.test('beside a writer that is nearly always at it, transactions do not starve', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'when-free-'));
  openForWriting(folder).close();
  const database = openStores(folder);
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { file: join(folder, 'control-plane.sqlite'), sqlite, turns };
  const writer = new Worker(BUSY_WRITER, { eval: true, workerData });
  t.teardown(async () => {
    await writer.terminate();
    await database.destroy();
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise((resolve) => writer.once('message', resolve));
  /** After which of the other's transactions one of ours came, however many of them. */
  const gaps = new Set<number>();
  for (let ours = 0; Atomics.load(turns, 0) < 30; ours++) {
    const task = { task: `t${ours}` as never, classes: '[]', created_at: 1, created_by: 'a test' };
    await database.transaction().execute((trx) => trx.insertInto('tasks').values(task).execute());
    gaps.add(Atomics.load(turns, 0));
  }
  t.comment(`after ${gaps.size} of 30`);
  t.ok(gaps.size >= 6, 'one waits for a few of the others, and does not sleep on');
});

t.test('what fails for another reason fails at once', async (t) => {
  let tries = 0;
  const attempt = () => {
    tries += 1;
    throw Object.assign(new Error('the disk is full'), { code: 'SQLITE_FULL' });
  };
  t.throws(() => whenFree(attempt), { code: 'SQLITE_FULL' });
  t.equal(tries, 1);
});
