import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { row } from './records.ts';

const PAGE = 4096;

t.test('a damaged database is told as one, with what to do', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const first = new Store(folder);
  await first.start();
  await first.close();
  const path = join(folder, 'control-plane.sqlite');
  const whole = readFileSync(path);

  writeFileSync(path, Buffer.concat([Buffer.alloc(100, 0xff), whole.subarray(100)]));
  const headless = new Store(folder);
  await t.rejects(headless.start(), {
    code: 'DATA_DAMAGED',
    exitStatus: 109,
    message: /SQLITE_NOTADB.*put the last backup in its place: edgeloop restore/,
  });

  // One page: it opens, and fails where that is needed.
  writeFileSync(path, whole);
  const database = new Database(path);
  const root = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'detections'");
  const page = Number(root.pluck().get()) - 1;
  database.close();
  writeFileSync(path, Buffer.from(whole).fill(0xff, page * PAGE, (page + 1) * PAGE));
  const gone = new Store(folder);
  t.teardown(() => gone.close());
  await gone.start();
  await t.rejects(gone.commit([row(1)]), {
    code: 'DATA_DAMAGED',
    message: /Devices keep what is not stored/,
  });
  t.match(gone.problem, /SQLITE_CORRUPT.*journalctl -k/);
});
