import { createHash, randomBytes } from 'node:crypto';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { bytes, mebibytes, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { keepFree } from '../../../control-plane/src/artifacts/keep-free.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { CONTENT, pieces, Stand, sha256, started, UPLOAD } from './stand/started.ts';

t.test('content that arrives in pieces, over a restart, is read whole and in ranges', async (t) => {
  const stand = await started();
  const { id, offset } = await stand.artifacts.beginUpload(UPLOAD);
  t.equal(offset, 0);
  t.equal(await stand.artifacts.find(UPLOAD.sha256), null, 'not readable before it is whole');
  await stand.artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT.subarray(0, 70_000)));

  const artifacts = await stand.restart();
  const again = await artifacts.beginUpload(UPLOAD);
  t.match(again, { id, offset: 70_000 }, 'who asks for the same goes on');
  const done = await artifacts.append(
    ...([id, UPLOAD.owner, again.offset] as const),
    pieces(CONTENT.subarray(70_000, 150_000), CONTENT.subarray(150_000)),
  );
  t.equal(done.offset, CONTENT.length);

  t.equal(await artifacts.find(UPLOAD.sha256), CONTENT.length);
  t.ok((await buffer(await artifacts.read(UPLOAD.sha256))).equals(CONTENT));
  const part = await buffer(await artifacts.read(UPLOAD.sha256, { first: 10, last: 12 }));
  t.ok(part.equals(CONTENT.subarray(10, 13)));
  await t.rejects(artifacts.read(UPLOAD.sha256, { first: 0, last: CONTENT.length }), {
    code: 'RANGE_UNSATISFIABLE',
  });
  t.same(stand.files(), [UPLOAD.sha256], 'nothing of the upload stays');
  t.equal((await artifacts.beginUpload(UPLOAD)).offset, CONTENT.length, 'not sent twice');
  await artifacts.remove(UPLOAD.sha256);
  await artifacts.remove(UPLOAD.sha256);
  await t.rejects(artifacts.read(UPLOAD.sha256), { code: 'NOT_FOUND' });
});

t.test('content that was taken stays when the power goes then', { skip: noPowerCut }, async (t) => {
  const stand = new Stand({ isReferred: async () => true });
  const lost = await lostByPowerCut(stand.folder, async () => {
    await stand.artifacts.start();
    await stand.artifacts.write(UPLOAD, pieces(CONTENT));
    await stand.artifacts.giveUp([UPLOAD.sha256]);
  });
  t.same(
    lost.filter((path) => !path.startsWith('uploads')),
    [join('brought', UPLOAD.sha256)],
    'of the mark of what was given up its name is enough',
  );
});

t.test('an upload that can not be begun for the disk is told as that', async (t) => {
  const { artifacts, folder } = await started();
  rmSync(join(folder, 'uploads'), { recursive: true });
  await t.rejects(artifacts.beginUpload(UPLOAD), {
    code: 'STORE_FAILED',
    message: /Expected to write what is uploaded: ENOENT/,
  });
});

t.test('what a broken connection brought stays, and the offset says how much', async (t) => {
  const { artifacts } = await started();
  const { id } = await artifacts.beginUpload(UPLOAD);
  async function* broken() {
    yield CONTENT.subarray(0, 1000);
    throw new Error('aborted');
  }
  await t.rejects(artifacts.append(id, UPLOAD.owner, bytes(0), broken()), {
    code: 'UPLOAD_BROKEN_OFF',
  });
  t.equal((await artifacts.viewUpload(id, UPLOAD.owner)).offset, 1000);
  await t.rejects(artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT)), {
    code: 'UPLOAD_OFFSET_WRONG',
    message: /Upload-Offset 1000/,
  });
  await artifacts.append(id, UPLOAD.owner, bytes(1000), pieces(CONTENT.subarray(1000)));
  t.ok((await buffer(await artifacts.read(UPLOAD.sha256))).equals(CONTENT));
});

t.test('a piece that hangs ends when its client comes back', async (t) => {
  const { artifacts } = await started();
  const { id } = await artifacts.beginUpload(UPLOAD);
  const hanging = new PassThrough();
  const first = artifacts.append(id, UPLOAD.owner, bytes(0), hanging);
  hanging.write(CONTENT.subarray(0, 500));
  while (hanging.readableLength > 0) await delay(1);
  const firstEnds = t.rejects(first, { code: 'UPLOAD_BROKEN_OFF' });
  const { offset } = await artifacts.beginUpload(UPLOAD);
  t.ok(offset === 0 || offset === 500, `what had come: ${offset}`);
  await firstEnds;
  await artifacts.append(id, UPLOAD.owner, offset, pieces(CONTENT.subarray(offset)));
  t.equal(await artifacts.find(UPLOAD.sha256), CONTENT.length);
});

t.test('of pieces that come at once at one offset only one is written', async (t) => {
  const { artifacts } = await started();
  const { id } = await artifacts.beginUpload(UPLOAD);
  const ends = await Promise.allSettled(
    [1, 2, 3].map(() => artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT))),
  );
  t.ok(ends.some(({ status }) => status === 'fulfilled'));
  t.ok((await buffer(await artifacts.read(UPLOAD.sha256))).equals(CONTENT));
});

t.test('content with another digest is refused and removed', async (t) => {
  const stand = await started();
  const { id } = await stand.artifacts.beginUpload(UPLOAD);
  const altered = Buffer.from(CONTENT);
  altered[5] = (altered[5] as number) ^ 1;
  await t.rejects(stand.artifacts.append(id, UPLOAD.owner, bytes(0), pieces(altered)), {
    code: 'DIGEST_MISMATCH',
  });
  await t.rejects(stand.artifacts.viewUpload(id, UPLOAD.owner), { code: 'NOT_FOUND' });
  await t.rejects(stand.artifacts.write(UPLOAD, [altered]), { code: 'DIGEST_MISMATCH' });
  t.same(stand.files(), []);
});

t.test('what came whole stays where the disk fails of the last step', async (t) => {
  const stand = await started();
  const { id } = await stand.artifacts.beginUpload(UPLOAD);
  const inTheWay = join(stand.folder, 'objects', UPLOAD.sha256.slice(0, 2));
  writeFileSync(inTheWay, 'a file where its folder would be');
  await t.rejects(stand.artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT)), {
    code: 'STORE_FAILED',
  });
  t.equal((await stand.artifacts.viewUpload(id, UPLOAD.owner)).offset, CONTENT.length);
  rmSync(inTheWay);
  t.equal((await stand.artifacts.beginUpload(UPLOAD)).offset, CONTENT.length, 'nothing is sent');
  t.ok((await buffer(await stand.artifacts.read(UPLOAD.sha256))).equals(CONTENT));
  t.same(stand.files(), [UPLOAD.sha256]);
});

t.test('what came whole and is gone from the disk is begun again', async (t) => {
  const stand = await started();
  const { id } = await stand.artifacts.beginUpload(UPLOAD);
  const inTheWay = join(stand.folder, 'objects', UPLOAD.sha256.slice(0, 2));
  writeFileSync(inTheWay, '');
  await t.rejects(stand.artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT)));
  rmSync(inTheWay);
  rmSync(join(stand.folder, 'uploads', `${id}.part`));
  await t.rejects(stand.artifacts.beginUpload(UPLOAD), { code: 'STORE_FAILED' });
  t.equal((await stand.artifacts.beginUpload(UPLOAD)).offset, 0);
});

t.test('sizes: more than announced, more than allowed, nothing at all', async (t) => {
  const stand = await started();
  const { artifacts } = stand;
  const { id } = await artifacts.beginUpload(UPLOAD);
  await t.rejects(
    artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT, CONTENT.subarray(0, 1))),
    { code: 'UPLOAD_TOO_LARGE' },
  );
  t.same(stand.files(), []);
  await t.rejects(artifacts.beginUpload({ ...UPLOAD, bytes: mebibytes(11) }), {
    code: 'UPLOAD_TOO_LARGE',
  });
  const empty = { ...UPLOAD, sha256: sha256(new Uint8Array()), bytes: bytes(0) };
  t.equal((await artifacts.beginUpload(empty)).offset, 0);
  t.equal(await artifacts.find(empty.sha256), 0, 'is there without a piece');
});

t.test('an upload is its owner’s alone', async (t) => {
  const { artifacts } = await started();
  const { id } = await artifacts.beginUpload(UPLOAD);
  const other = await artifacts.beginUpload({ ...UPLOAD, owner: 'device:door-2' });
  t.not(other.id, id);
  await t.rejects(artifacts.viewUpload(id, 'device:door-2'), { code: 'NOT_FOUND' });
  await t.rejects(artifacts.append(id, 'device:door-2', bytes(0), pieces(CONTENT)), {
    code: 'NOT_FOUND',
  });
  await artifacts.cancelUpload(id, 'device:door-2');
  t.equal((await artifacts.viewUpload(id, UPLOAD.owner)).offset, 0);
  await artifacts.append(other.id, 'device:door-2', bytes(0), pieces(CONTENT));
  t.equal((await artifacts.beginUpload(UPLOAD)).offset, CONTENT.length, 'another brought it');
});

t.test('a kill between the last byte and the check, and leftovers of one', async (t) => {
  const stand = await started();
  const { id } = await stand.artifacts.beginUpload(UPLOAD);
  const wrong = { ...UPLOAD, sha256: sha256(randomBytes(4)), bytes: bytes(4) };
  const other = await stand.artifacts.beginUpload(wrong);
  await appendFile(join(stand.folder, 'uploads', `${id}.part`), CONTENT);
  await appendFile(join(stand.folder, 'uploads', `${other.id}.part`), '1234');
  await appendFile(join(stand.folder, 'uploads', 'x.write'), 'half');
  const half = await stand.artifacts.beginUpload({ ...UPLOAD, owner: 'device:door-2' });
  truncateSync(join(stand.folder, 'uploads', `${half.id}.json`), 3);

  const artifacts = await stand.restart();
  t.same(stand.files(), [UPLOAD.sha256]);
  t.ok((await buffer(await artifacts.read(UPLOAD.sha256))).equals(CONTENT));
  t.equal((await artifacts.beginUpload(wrong)).offset, 0, 'begins again');
});

t.test('uploads that were given up are removed, and their number is bounded', async (t) => {
  const stand = await started();
  const begin = (owner: string) => stand.artifacts.beginUpload({ ...UPLOAD, owner });
  const { id, expiresAt } = await begin('a');
  t.equal(expiresAt, 1_060_000);
  for (const owner of ['b', 'c', 'd']) await begin(owner);
  await t.rejects(begin('e'), { code: 'UPLOADS_TOO_MANY' });
  stand.ahead = 2 ** 31 * 1000;
  t.equal(await stand.artifacts.removeExpired(), 0, 'none ends because a clock was set');
  stand.ahead = 0;
  stand.uptime = 40_000;
  await stand.artifacts.append(id, 'a', bytes(0), pieces(CONTENT.subarray(0, 5)));
  stand.uptime = 60_001;
  t.equal(await (await stand.restart()).removeExpired(), 3, 'over a restart, too');
  t.equal((await stand.artifacts.viewUpload(id, 'a')).offset, 5);
  t.equal(stand.files().length, 2);
});

t.test('a full disk refuses before it takes', async (t) => {
  const asked: number[] = [];
  const { artifacts } = await started({
    admit: async (more) => {
      asked.push(more);
    },
  });
  const { id } = await artifacts.beginUpload(UPLOAD);
  await artifacts.append(id, UPLOAD.owner, bytes(0), pieces(CONTENT.subarray(0, 50_000)));
  await artifacts.write({ sha256: sha256(Buffer.from('x')), bytes: bytes(1) }, [Buffer.from('x')]);
  t.same(asked, [200_000, 200_000, 150_001], 'what was promised is counted');

  const full = await started({ admit: keepFree(tmpdir(), bytes(Number.MAX_SAFE_INTEGER)) });
  await t.rejects(full.artifacts.beginUpload(UPLOAD), { code: 'DISK_FULL' });
  t.same(full.files(), []);
  const room = await started({ admit: keepFree(tmpdir(), bytes(0)) });
  t.equal((await room.artifacts.beginUpload(UPLOAD)).offset, 0);
});

t.test('256 MB pass through in far less memory', async (t) => {
  const { artifacts } = await started({ maxBytes: mebibytes(300) });
  const chunk = randomBytes(1 << 16);
  const count = 4096;
  const hash = createHash('sha256');
  for (let i = 0; i < count; i++) hash.update(chunk);
  const digest = hash.digest('hex') as Sha256;
  async function* source() {
    for (let i = 0; i < count; i++) yield chunk;
  }
  const before = process.memoryUsage.rss();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const upload = { ...UPLOAD, sha256: digest, bytes: bytes(count << 16) };
  const { id } = await artifacts.beginUpload(upload);
  await artifacts.append(id, UPLOAD.owner, bytes(0), source());
  let read = 0;
  for await (const part of await artifacts.read(digest)) read += part.length;
  clearInterval(timer);
  t.equal(read, count << 16);
  t.ok(most - before < 128 << 20, `took ${(most - before) >> 20} MiB more`);
});
