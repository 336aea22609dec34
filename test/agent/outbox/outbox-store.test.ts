import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytes, millis } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { outboxStatus } from '../../../agent/src/outbox/outbox-status.ts';
import { OutboxStore } from '../../../agent/src/outbox/outbox-store.ts';
import { RecoverableStore } from '../../../agent/src/outbox/recoverable-store.ts';
import { FROM_SOURCE } from '../../stand/from-source.ts';
import { mountSmallDisk, smallDiskMissing } from '../../stand/machine/small-disk.ts';
import { deleteThrough, folder, NOW, rows, WIDE } from './stand/outbox-rows.ts';

const noSmaps = !existsSync('/proc/self/smaps_rollup') && 'needs smaps_rollup of Linux';

t.test('numbers go on over a restart, also when every row was deleted', async (t) => {
  const path = join(folder(t), 'outbox.sqlite');
  const first = new OutboxStore(path, WIDE);
  t.equal(first.append(rows(3), NOW), 1);
  deleteThrough(first, 3);
  const { stream } = first.status();
  first.close();
  const second = new OutboxStore(path, WIDE);
  t.equal(second.append(rows(2), NOW), 4);
  t.match(second.status(), { stream, nextSeq: 6, oldestSeq: 4, rows: 2, bytes: 4, evicted: 0 });
  t.same(
    second.read(0, 10).map((entry) => entry.kind === 'row' && entry.seq),
    [4, 5],
  );
  second.close();
});

t.test('a file that grew through an outage keeps no memory', { skip: noSmaps }, async (t) => {
  const program = fileURLToPath(new URL('./filling-process.ts', import.meta.url));
  const child = fork(program, [join(folder(t), 'outbox.sqlite')], {
    execArgv: [...FROM_SOURCE, '--expose-gc', '--max-semi-space-size=1'],
  });
  const [grown] = await once(child, 'message');
  t.ok(grown < 6, `38 MB of rows took ${grown.toFixed(1)} MB`);
});

for (const [reason, bounds, appends] of [
  ['rows', { ...WIDE, rows: 4 }, [rows(3), rows(3), rows(3)]],
  ['bytes', { ...WIDE, bytes: bytes(8) }, [rows(3), rows(3), rows(3)]],
] as const) {
  t.test(`what exceeds the bound of ${reason} leaves one tombstone`, async (t) => {
    const store = new OutboxStore(join(folder(t), 'outbox.sqlite'), bounds);
    for (const batch of appends) store.append(batch, NOW);
    t.same(
      store.read(0, 10).map((entry) => (entry.kind === 'row' ? entry.seq : entry)),
      [{ kind: 'tombstone', from: 1, to: 5, reason }, 6, 7, 8, 9],
    );
    t.match(store.status(), { rows: 4, evicted: 5, oldestSeq: 1 });
    deleteThrough(store, 5);
    t.match(store.status(), { oldestSeq: 6 });
    store.close();
  });
}

t.test('rows expire by age, also when nothing comes in', async (t) => {
  const store = new OutboxStore(join(folder(t), 'outbox.sqlite'), { ...WIDE, age: millis(100) });
  store.append(rows(2), millis(0));
  store.append(rows(1), millis(80));
  store.expire(millis(150));
  t.same(store.read(0, 10)[0], { kind: 'tombstone', from: 1, to: 2, reason: 'age' });
  t.equal(store.status().rows, 1);
  store.close();
});

t.test('the time between two agents does not age rows, whatever their clocks say', async (t) => {
  const path = join(folder(t), 'outbox.sqlite');
  const bounds = { ...WIDE, age: millis(100) };
  for (const begun of [5_000_000, 0, 7_000_000_000]) {
    const store = new OutboxStore(path, bounds);
    store.append(rows(1), millis(begun));
    store.expire(millis(begun + 30));
    t.equal(store.status().evicted, 0);
    store.append(rows(1), millis(begun + 30));
    store.close();
  }
  const last = new OutboxStore(path, bounds);
  last.expire(millis(0));
  t.equal(last.status().rows, 6);
  last.expire(millis(31));
  // 30 ms of each of three, and of this one.
  t.equal(last.status().rows, 5);
  last.close();
});

t.test('alternating reasons do not pile up tombstones', async (t) => {
  const bounds = { ...WIDE, rows: 2, age: millis(100) };
  const store = new OutboxStore(join(folder(t), 'outbox.sqlite'), bounds);
  for (let i = 0; i < 300; i++) {
    store.append(rows(2), millis(i * 1000));
    store.append(rows(1), millis(i * 1000));
    store.expire(millis(i * 1000 + 500));
  }
  const tombstones = store.read(0, 1000);
  t.ok(tombstones.length <= 64);
  let next = 1;
  for (const entry of tombstones) {
    if (entry.kind !== 'tombstone') throw new Error('expected tombstones alone');
    t.equal(entry.from, next);
    next = entry.to + 1;
  }
  t.equal(next, store.status().nextSeq, 'every number is accounted for');
  store.close();
});

t.test('a full disk rejects the batch whole and uses no number', async (t) => {
  const store = new OutboxStore(join(folder(t), 'outbox.sqlite'), WIDE);
  store.append(rows(1), NOW);
  store.limitPages(12);
  t.throws(() => store.append(rows(200, 'x'.repeat(1000)), NOW), { code: 'SQLITE_FULL' });
  t.match(store.status(), { nextSeq: 2, rows: 1 });
  store.limitPages(10_000);
  t.equal(store.append(rows(1), NOW), 2, 'space came: it goes on');
  store.close();
});

t.test('a small disk is full only when its rows fill it', { skip: smallDiskMissing }, async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  mountSmallDisk(t, path, '2m');
  let store = new OutboxStore(join(path, 'outbox.sqlite'), WIDE);
  const passThrough = (count: number) => {
    for (let i = 0; i < count; i++) {
      deleteThrough(store, store.append(rows(1, 'x'.repeat(2000)), NOW) - 5);
    }
  };
  // Many times what the disk holds passes through: the log's space is used again.
  passThrough(600);
  t.match(store.status(), { nextSeq: 601, rows: 5 });
  // A log that has not grown yet finds no room to grow.
  store.close();
  store = new OutboxStore(join(path, 'outbox.sqlite'), WIDE);
  passThrough(2);
  const other = join(path, 'other');
  t.throws(() => writeFileSync(other, Buffer.alloc(2 ** 21)), { code: 'ENOSPC' });
  passThrough(600);
  t.match(store.status(), { nextSeq: 1203, rows: 5 }, 'what others fill stops nothing');
  const fill = () => {
    for (;;) store.append(rows(1, 'x'.repeat(20_000)), NOW);
  };
  t.throws(fill, { code: 'SQLITE_FULL' });
  const { nextSeq, rows: kept } = store.status();
  t.equal(store.read(0, 1000).length, kept, 'what was committed can be read and sent');
  rmSync(other);
  t.equal(store.append(rows(1), NOW), nextSeq, 'no number was used for what did not fit');
  store.close();
});

for (const [what, damage] of [
  ['no database', (path: string) => writeFileSync(path, 'this is not a database'.repeat(100))],
  [
    'cut short',
    (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096),
  ],
] as const) {
  t.test(`a file that is ${what} is moved aside, and a new stream begins`, async (t) => {
    const path = folder(t);
    const first = new RecoverableStore(path, WIDE);
    first.use((store) => store.append(rows(200, 'x'.repeat(500)), NOW));
    const { stream } = first.use((store) => store.status());
    first.close();
    damage(join(path, 'outbox.sqlite'));
    const second = new RecoverableStore(path, WIDE);
    t.equal(
      second.use((store) => store.append(rows(1), NOW)),
      1,
    );
    t.not(second.use((store) => store.status()).stream, stream);
    t.equal(second.takeMoved(), join(path, 'outbox.damaged.sqlite'));
    t.ok(existsSync(join(path, 'outbox.damaged.sqlite')));
    second.close();
  });
}

t.test('to ask how it stands changes nothing, also where it is damaged', async (t) => {
  const path = folder(t);
  t.throws(() => outboxStatus(path), { code: 'OUTBOX_FAILED', message: /found none/ });
  t.same(readdirSync(path), [], 'nor is one made');
  const agent = new RecoverableStore(path, WIDE);
  agent.use((store) => store.append(rows(200, 'x'.repeat(500)), NOW));
  agent.use((store) => deleteThrough(store, 50));
  const { openedSeq, evicted, ...held } = agent.use((store) => store.status());
  t.same(outboxStatus(path), held, 'as the agent that runs says');
  t.match(held, { nextSeq: 201, oldestSeq: 51, rows: 150 });
  agent.close();
  const file = join(path, 'outbox.sqlite');
  t.same(outboxStatus(path), held, 'and when it has ended');
  truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  t.throws(() => outboxStatus(path), { code: 'OUTBOX_FAILED', message: /moves it aside/ });
  t.notOk(existsSync(join(path, 'outbox.damaged.sqlite')), 'it stays where it is');
  t.ok(existsSync(file));
});

t.test('a read that failed is no damage: the file is looked at anew, and stays', async (t) => {
  const path = folder(t);
  const recoverable = new RecoverableStore(path, WIDE);
  recoverable.use((store) => store.append(rows(3), NOW));
  let reads = 0;
  const kept = recoverable.use((store) => {
    reads += 1;
    // What SQLite says where the disk gives EIO.
    if (reads === 1) throw new Database.SqliteError('malformed', 'SQLITE_CORRUPT');
    return store.status().rows;
  });
  t.same([kept, reads, recoverable.takeMoved()], [3, 2, null]);
  recoverable.close();
});

t.test('a process killed while it commits loses no row that it had committed', async (t) => {
  const path = join(folder(t), 'outbox.sqlite');
  const program = fileURLToPath(new URL('./committing-process.ts', import.meta.url));
  let expected = 0;
  for (let round = 0; round < 3; round++) {
    const child = fork(program, [path], { execArgv: FROM_SOURCE });
    let committed = 0;
    child.on('message', (seq: number) => {
      committed = seq;
      if (seq >= expected + 40) child.kill('SIGKILL');
    });
    t.same(await once(child, 'exit'), [null, 'SIGKILL']);
    const store = new OutboxStore(path, WIDE);
    const { nextSeq, rows } = store.status();
    t.ok(nextSeq > committed, 'what it said it committed is there');
    t.equal(rows, nextSeq - 1, 'without a gap');
    t.same(
      store.read(0, 1e6).map((entry) => entry.kind === 'row' && entry.seq),
      Array.from({ length: rows }, (_, i) => i + 1),
    );
    expected = nextSeq - 1;
    store.close();
  }
});
