import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bytes, type SampleRecord } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { makeRoom } from '../../../../agent/src/sampling/store/make-room.ts';
import { SampleStore } from '../../../../agent/src/sampling/store/sample-store.ts';
import { pictureBytes, sampleRecord } from '../../../stand/fleet/samples.ts';
import { FROM_SOURCE } from '../../../stand/from-source.ts';
import { lostByPowerCut, noPowerCut } from '../../../stand/machine/lost-by-power-cut.ts';
import { mountSmallDisk, smallDiskMissing } from '../../../stand/machine/small-disk.ts';

const ROOMY = { count: 100, bytes: bytes(1e9) };

async function folderOf(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'samples-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'samples');
}

async function open(folder: string, bounds = ROOMY, minFree = 0): Promise<SampleStore> {
  const store = new SampleStore({ folder, bounds, minFree: bytes(minFree) });
  await store.open();
  return store;
}

const put = (store: SampleStore, record: SampleRecord, number: number) =>
  store.put(record, pictureBytes(number, record.bytes));
const capturedAt = (store: SampleStore) =>
  store.samples.map(({ record }) => Number(record.capturedAt.slice(17, 19)));

t.test('what was kept is there after a restart, as it was', async (t) => {
  const folder = await folderOf(t);
  const store = await open(folder);
  const record = sampleRecord(1, { embedding: 'AAAA' });
  t.equal(await put(store, record, 1), 'kept');
  t.equal(store.bytes, 1_000);
  const again = await open(folder);
  t.same(again.samples, [{ record, failures: 0 }]);
  t.equal(again.bytes, 1_000);
  t.same(Buffer.from((await again.picture(record.sha256))!), Buffer.from(pictureBytes(1)));
});

t.test('what was kept stays when the power goes then', { skip: noPowerCut }, async (t) => {
  const folder = await folderOf(t);
  const above = join(folder, '..');
  const first = async () => {
    t.equal(await put(await open(folder), sampleRecord(1), 1), 'kept');
  };
  t.same(await lostByPowerCut(above, first), []);
  const removed = async () => {
    const store = await open(folder);
    await rm(folder, { recursive: true });
    t.equal(await put(store, sampleRecord(2), 2), 'kept');
  };
  t.same(await lostByPowerCut(above, removed), [], 'also where its folder was removed');
});

t.test('the same bytes are kept once, also when they are gone again', async (t) => {
  const store = await open(await folderOf(t));
  t.equal(await put(store, sampleRecord(1), 1), 'kept');
  t.equal(await put(store, sampleRecord(1, { reason: 'random' }), 1), 'known');
  await store.remove(sampleRecord(1).sha256);
  t.same([store.samples.length, store.bytes], [0, 0]);
  t.equal(await put(store, sampleRecord(1), 1), 'known');
  t.equal(store.next(), null);
});

t.test('halves of samples and foreign files are removed at the start', async (t) => {
  const folder = await folderOf(t);
  const store = await open(folder);
  await put(store, sampleRecord(1), 1);
  const { sha256 } = sampleRecord(2);
  const other = sampleRecord(3).sha256;
  await writeFile(join(folder, `${sha256}.picture`), pictureBytes(2));
  await writeFile(join(folder, `${other}.json`), JSON.stringify(sampleRecord(3)));
  await writeFile(join(folder, `${other}.picture.partial`), 'x');
  await writeFile(join(folder, `${'0'.repeat(64)}.json`), '{"no":"record"}');
  const again = await open(folder);
  t.same(capturedAt(again), [1]);
  t.equal((await readdir(folder)).length, 2);
});

const MEMORY = '/proc/self/mem';
const skip = !existsSync(MEMORY) && 'needs /proc';
t.test('a record that the card can not give now is left to the next start', { skip }, async (t) => {
  const folder = await folderOf(t);
  const store = await open(folder);
  for (const number of [1, 2]) await put(store, sampleRecord(number), number);
  const path = join(folder, `${sampleRecord(1).sha256}.json`);
  await rename(path, `${folder}.json`);
  // Its beginning can be opened and never be read.
  await symlink(MEMORY, path);
  t.same(capturedAt(await open(folder)), [2]);
  await rm(path);
  await rename(`${folder}.json`, path);
  t.same(capturedAt(await open(folder)).sort(), [1, 2]);
});

t.test('a picture that can not be read is not gone', async (t) => {
  const folder = await folderOf(t);
  const store = await open(folder);
  const { sha256 } = sampleRecord(1);
  t.equal(await store.picture(sha256), null);
  await mkdir(join(folder, `${sha256}.picture`));
  await t.rejects(store.picture(sha256), { code: 'EISDIR' });
});

for (const [what, stored, more, evicted] of [
  ['there is room', [[1, 'random']], [9, 'changed'], []],
  [
    'the least worth goes first',
    [
      [1, 'random'],
      [2, 'requested'],
      [3, 'rare'],
      [4, 'changed'],
    ],
    [9, 'uncertain'],
    [4],
  ],
  [
    'of equal worth the oldest',
    [
      [3, 'uncertain'],
      [1, 'rare'],
      [2, 'uncertain'],
      [4, 'random'],
    ],
    [9, 'uncertain'],
    [1],
  ],
  [
    'what was drawn goes last',
    [
      [1, 'random'],
      [2, 'random'],
      [3, 'requested'],
      [4, 'random'],
    ],
    [9, 'random'],
    [3],
  ],
  [
    'it is worth less than all that is there',
    [
      [1, 'random'],
      [2, 'random'],
      [3, 'random'],
      [4, 'requested'],
    ],
    [9, 'uncertain'],
    null,
  ],
] as const) {
  t.test(`making room: ${what}`, async (t) => {
    const records = stored.map(([number, reason]) => sampleRecord(number, { reason }));
    const record = sampleRecord(more[0], { reason: more[1] });
    const gone = makeRoom(records, record, { count: 4, bytes: bytes(1e6) });
    t.same(gone?.map((each) => Number(each.capturedAt.slice(17, 19))) ?? null, evicted);
  });
}

t.test('many small ones make room for a large one, up to its bound', async (t) => {
  const records = [1, 2, 3, 4].map((number) => sampleRecord(number));
  const bounds = { count: 100, bytes: bytes(4_500) };
  const large = (size: number) => makeRoom(records, sampleRecord(9, { bytes: size }), bounds);
  t.equal(large(2_600)?.length, 3);
  t.equal(large(4_500)?.length, 4);
  t.equal(large(4_501), null, 'larger than the store');
});

t.test('bounds hold on the disk, and what is evicted is counted', async (t) => {
  const folder = await folderOf(t);
  const store = await open(folder, { count: 3, bytes: bytes(1e6) });
  for (const number of [1, 2, 3, 4, 5]) {
    await put(store, sampleRecord(number, number === 1 ? { reason: 'random' } : {}), number);
  }
  t.same(capturedAt(store), [1, 4, 5]);
  t.equal(store.evicted, 2);
  t.equal((await readdir(folder)).length, 6);
  t.equal(await put(store, sampleRecord(6, { reason: 'changed' }), 6), 'no room');
  t.equal(store.evicted, 3);
});

t.test('a nearly full disk is left to others', async (t) => {
  const store = await open(await folderOf(t), ROOMY, Number.MAX_SAFE_INTEGER);
  t.equal(await put(store, sampleRecord(1), 1), 'no room');
  t.equal(store.samples.length, 0);
});

t.test('uploads: what was asked for or drawn first, what failed last', async (t) => {
  const store = await open(await folderOf(t));
  await put(store, sampleRecord(1), 1);
  await put(store, sampleRecord(2, { reason: 'requested' }), 2);
  await put(store, sampleRecord(3, { reason: 'random' }), 3);
  await put(store, sampleRecord(4), 4);
  const order: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { record } = store.next()!;
    order.push(Number(record.capturedAt.slice(17, 19)));
    if (i === 0) store.failed(record.sha256);
    else await store.remove(record.sha256);
  }
  t.same(order, [3, 2, 1, 4, 3]);
});

t.test('killed at any moment, the store holds whole samples', async (t) => {
  const folder = await folderOf(t);
  const writer = new URL('./writing-process.ts', import.meta.url).pathname;
  const args = [...FROM_SOURCE, writer, folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kept: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    kept.push(line);
    if (kept.length === 15) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const store = await open(folder);
  const known = store.samples.map(({ record }) => record.sha256 as string);
  t.ok(kept.length >= 15 && kept.every((sha256) => known.includes(sha256)), 'what it said it kept');
  for (const { record } of store.samples) {
    t.equal((await store.picture(record.sha256))?.length, record.bytes);
  }
  t.equal((await readdir(folder)).length, 2 * known.length, 'and nothing else');
});

t.test(
  'a full disk costs samples, and leaves nothing behind',
  { skip: smallDiskMissing },
  async (t) => {
    const folder = await folderOf(t);
    await mkdir(folder, { recursive: true });
    mountSmallDisk(t, folder, '256k');
    // The disk is full for the store, which knows of no `minFree`.
    const store = await open(folder, ROOMY, -1e9);
    let kept = 0;
    const errors: string[] = [];
    for (let number = 1; number <= 6; number++) {
      await put(store, sampleRecord(number, { bytes: 60_000 }), number).then(
        () => {
          kept += 1;
        },
        (error: NodeJS.ErrnoException) => errors.push(String(error.code)),
      );
    }
    t.ok(kept >= 2 && kept <= 4, `${kept} fit`);
    t.same([...new Set(errors)], ['ENOSPC']);
    t.equal((await readdir(folder)).length, 2 * kept);
    const again = await open(folder, ROOMY, -1e9);
    t.equal(again.samples.length, kept);
    await again.remove(again.samples[0]!.record.sha256);
    t.equal(await put(again, sampleRecord(9, { bytes: 30_000 }), 9), 'kept', 'space has come');
  },
);

t.test('a folder that can not be used is told', async (t) => {
  const folder = await folderOf(t);
  await writeFile(folder, 'a file');
  await t.rejects(open(folder), { code: 'STATE_UNUSABLE' });
});
