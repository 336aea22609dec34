import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPackage } from '@edgeloop/onnx';
import { bytes, type FileReference } from '@edgeloop/protocol';
import t from 'tap';
import { Pacer } from '../../../../agent/src/server/pacer.ts';
import { DEVICE } from '../../../stand/fleet/signed-fleet.ts';
import { FROM_SOURCE } from '../../../stand/from-source.ts';
import { mountSmallDisk, smallDiskMissing } from '../../../stand/machine/small-disk.ts';
import { CHUNK, FetchStand, LIMITS, MODEL_BYTES } from '../fetch-stand.ts';

const MODEL = 'model.int8.onnx';
const FETCHED = ['golden/0.jpg', 'golden/0.rgb', 'manifest.json', 'manifest.sig.json', MODEL];
const filesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

/** Of what an earlier try left of the model. */
const partialOf = ({ source, folder }: FetchStand): string => {
  const { variants } = JSON.parse(readFileSync(join(source, 'manifest.json'), 'utf8'));
  return join(folder, '~partial', (variants.int8.file as FileReference).sha256);
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

t.test('a device fetches what its variant needs, in chunks, and no more', async (t) => {
  const stand = await FetchStand.create(t);
  const { server, folder, source, digest, progress } = stand;
  await stand.fetch();
  t.same(filesIn(folder), FETCHED);
  for (const path of FETCHED.filter((name) => name !== 'manifest.sig.json')) {
    t.ok(readFileSync(join(folder, path)).equals(readFileSync(join(source, path))), path);
  }
  t.same(
    server.asked.filter((asked) => asked.startsWith(MODEL)),
    ['0-99999', '100000-199999', '200000-299999'].map((range) => `${MODEL} bytes=${range}`),
  );
  t.same(
    progress,
    [...progress].sort((a, b) => a - b),
  );
  t.equal(progress.at(-1), MODEL_BYTES + 192 + statSync(join(source, 'golden/0.jpg')).size);

  t.match(await loadPackage(folder, 'int8', 'variant'), { digest, variant: 'int8' });
  await t.rejects(loadPackage(folder), { code: 'PACKAGE_FILE_MISSING' }, 'the whole is asked for');
  await t.rejects(loadPackage(folder, 'fp32', 'variant'), { code: 'PACKAGE_FILE_MISSING' });
  writeFileSync(join(folder, 'golden/0.rgb'), 'x');
  await t.rejects(loadPackage(folder, 'int8', 'variant'), { code: 'PACKAGE_FILE_ALTERED' });

  server.asked.length = 0;
  await stand.fetch();
  t.same(server.asked, ['golden/0.rgb bytes=0-191'], 'again: what is not right, and nothing else');
  await loadPackage(folder, 'int8', 'variant');
});

t.test('a connection that breaks is worth another, as long as it brings something', async (t) => {
  const stand = await FetchStand.create(t);
  const model = readFileSync(join(stand.source, MODEL));
  /** Bytes after which connections are cut, in turn. */
  const cuts = [70_000, 0, 20_000];
  stand.server.lie = (path, response, { headers }) => {
    if (!path.endsWith(MODEL) || cuts.length === 0) return false;
    const [, first, last] = /bytes=(\d+)-(\d+)/.exec(String(headers.range))!.map(Number);
    response.writeHead(206, {
      'content-range': `bytes ${first}-${last}/${model.length}`,
      'content-length': last! - first! + 1,
    });
    const end = first! + cuts.shift()!;
    // What a client has not read yet when its connection breaks is lost to it: cut where all of it
    // has come.
    const cut = () => (sizeOf(partialOf(stand)) >= end ? response.destroy() : setTimeout(cut, 5));
    response.write(model.subarray(first, end), cut);
    return true;
  };
  await t.rejects(stand.fetch(), { code: 'SERVER_UNAVAILABLE', retry: true });
  t.equal(statSync(partialOf(stand)).size, 70_000);
  await t.rejects(stand.fetch(), { code: 'SERVER_UNAVAILABLE', retry: true });
  t.equal(statSync(partialOf(stand)).size, 90_000);
  stand.progress.length = 0;
  stand.server.asked.length = 0;
  await stand.fetch();
  t.equal(stand.progress[0], 90_000, 'it goes on from there');
  t.match(stand.server.asked, [`${MODEL} bytes=90000-189999`, `${MODEL} bytes=190000-289999`]);
});

t.test('who ends it hears their own reason, and what came stays', async (t) => {
  const stand = await FetchStand.create(t);
  const ending = new AbortController();
  const reason = new Error('the agent ends');
  const ended = stand.fetch({
    signal: ending.signal,
    onProgress: (received) => received > 0 && ending.abort(reason),
  });
  await t.rejects(ended, reason);
  t.equal(statSync(partialOf(stand)).size, CHUNK);
  await t.rejects(stand.fetch({ signal: ending.signal }), reason);
  await stand.fetch();
  t.same(filesIn(stand.folder), FETCHED);
});

t.test('a kill in the middle costs a chunk at most', async (t) => {
  const stand = await FetchStand.create(t);
  const program = fileURLToPath(new URL('./fetching-process.ts', import.meta.url));
  const { digest, folder, server } = stand;
  const given = { url: server.url, device: DEVICE, digest, folder, limits: LIMITS };
  const child = fork(program, [JSON.stringify({ ...given, root: stand.fleet.root })], {
    execArgv: FROM_SOURCE,
  });
  child.on('message', (received: number) => received >= 2 * CHUNK && child.kill('SIGKILL'));
  t.same(await once(child, 'exit'), [null, 'SIGKILL']);
  await stand.fetch();
  t.ok(stand.progress[0]! >= 2 * CHUNK);
  await loadPackage(folder, 'int8', 'variant');
});

t.test('what an earlier try left is begun anew where it is damaged', async (t) => {
  for (const [name, left, asked] of [
    ['other bytes', Buffer.alloc(MODEL_BYTES - 5), 4],
    ['as long as the file', Buffer.alloc(MODEL_BYTES), 3],
    ['longer', Buffer.alloc(MODEL_BYTES + 1), 3],
    ['the rest of it', null, 1],
  ] as const) {
    const stand = await FetchStand.create(t);
    mkdirSync(join(stand.folder, '~partial'), { recursive: true });
    const right = readFileSync(join(stand.source, MODEL)).subarray(0, MODEL_BYTES - 5);
    writeFileSync(partialOf(stand), left ?? right);
    await stand.fetch();
    t.same(filesIn(stand.folder), FETCHED, name);
    t.equal(stand.server.asked.filter((path) => path.startsWith(MODEL)).length, asked, name);
  }
});

t.test('a file that turns out to be another is no progress', async (t) => {
  const stand = await FetchStand.create(t);
  stand.server.lie = (path, response, { headers }) => {
    if (!path.endsWith(MODEL)) return false;
    const [, first, last] = /bytes=(\d+)-(\d+)/.exec(String(headers.range))!.map(Number);
    const range = { 'content-range': `bytes ${first}-${last}/${MODEL_BYTES}` };
    response.writeHead(206, range).end(Buffer.alloc(last! + 1 - first!));
    return true;
  };
  stand.progress.length = 0;
  await t.rejects(stand.fetch(), { code: 'PACKAGE_ALTERED', retry: true });
  t.ok(Math.max(...stand.progress) > 0);
  t.equal(stand.progress.at(-1), 0);
});

t.test('a server that gives no parts gives the whole', async (t) => {
  const stand = await FetchStand.create(t);
  mkdirSync(join(stand.folder, '~partial'), { recursive: true });
  writeFileSync(partialOf(stand), 'an older half');
  stand.server.lie = (path, response) => {
    response.end(stand.server.files.get(path.slice('/api/models/'.length)));
    return true;
  };
  await stand.fetch();
  t.same(filesIn(stand.folder), FETCHED);
  t.equal(stand.server.asked.filter((path) => path.startsWith(MODEL)).length, 1);
});

t.test('before the first byte of a file: agent, variant, size, room', async (t) => {
  const stand = await FetchStand.create(t);
  for (const [name, more, code, retry] of [
    ['no such variant', { variant: 'int4' }, 'PACKAGE_INVALID', false],
    ['too large', { tight: { packageBytes: bytes(MODEL_BYTES) } }, 'PACKAGE_TOO_LARGE', false],
    ['no room', { tight: { minFree: bytes(2 ** 60) } }, 'DISK_FULL', true],
  ] as const) {
    await t.rejects(stand.fetch(more), { code, retry }, name);
  }
  t.same(stand.server.asked, ['manifest.json', 'manifest.sig.json']);
  t.same(stand.progress, []);
  await stand.fetch();
  await stand.fetch({ tight: { minFree: bytes(2 ** 60) } });
  t.pass('what is there whole needs no room');
  rmSync(stand.folder, { recursive: true });
  stand.server.asked.length = 0;
  await t.rejects(stand.fetch({ tight: { minFree: bytes(2 ** 60) } }), { code: 'DISK_FULL' });
  t.same(stand.server.asked, [], 'nor is anything asked for');
});

t.test('what other answers mean', async (t) => {
  const stand = await FetchStand.create(t);
  for (const [status, code] of [
    [401, 'SERVER_UNAVAILABLE'],
    [404, 'PACKAGE_MISSING'],
    [429, 'SERVER_UNAVAILABLE'],
    [503, 'SERVER_UNAVAILABLE'],
    [302, 'SERVER_ANSWER_WRONG'],
    [416, 'SERVER_ANSWER_WRONG'],
    [204, 'SERVER_ANSWER_WRONG'],
  ] as const) {
    for (const name of ['manifest.json', MODEL]) {
      stand.server.lie = (path, response) => {
        if (!path.endsWith(name)) return false;
        response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
        return true;
      };
      await t.rejects(stand.fetch(), { code, retry: true }, `${status} for ${name}`);
      if (name === 'manifest.json') rmSync(stand.folder, { recursive: true });
    }
    rmSync(stand.folder, { recursive: true });
  }
  stand.server.lie = (path, response) => {
    if (!path.endsWith(MODEL)) return false;
    response.writeHead(206, { 'content-range': 'bytes 5-10/300000' }).end('other');
    return true;
  };
  await t.rejects(stand.fetch(), { code: 'SERVER_ANSWER_WRONG', message: /bytes 5-10/ });
  stand.server.lie = (path, response) => path.endsWith(MODEL) && !!response.writeHead(200).end();
  const short = { code: 'SERVER_UNAVAILABLE', message: /to its end/ };
  await t.rejects(stand.fetch(), short, 'nothing, and an end: asked once, not for ever');
  await stand.server.close();
  await t.rejects(stand.fetch(), { code: 'SERVER_UNAVAILABLE', message: /ECONNREFUSED/ });
});

t.test('a bandwidth is kept', async (t) => {
  const stand = await FetchStand.create(t);
  const begun = performance.now();
  await stand.fetch({ pacer: new Pacer(bytes(600_000)) });
  const took = performance.now() - begun;
  t.ok(took > 300, `300 KB at 600 KB/s took ${Math.round(took)} ms`);
});

t.test(
  'a disk that is full all at once is said, and gone on with',
  { skip: smallDiskMissing },
  async (t) => {
    const stand = await FetchStand.create(t);
    const disk = join(stand.source, 'disk');
    mkdirSync(disk);
    mountSmallDisk(t, disk, '400k');
    stand.folder = join(disk, 'package');
    const other = join(disk, 'other');
    // Others fill it while the model is on its way.
    const onProgress = (received: number) => received === CHUNK && writeFileSync(other, FILLING);
    // As if statfs had been asked too early.
    const tight = { minFree: bytes(-1e9) };
    await t.rejects(stand.fetch({ onProgress, tight }), { code: 'DISK_FULL', retry: true });
    await t.rejects(stand.fetch(), { code: 'DISK_FULL', message: /Make room/ }, 'asked in time');
    rmSync(other);
    await stand.fetch();
    await loadPackage(stand.folder, 'int8', 'variant');
  },
);

const FILLING = Buffer.alloc(200_000);
