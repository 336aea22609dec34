import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { PictureCache } from '../../../trainer/src/jobs/picture-cache.ts';
import { asNobody } from '../../stand/machine/as-nobody.ts';

const digestOf = (content: Uint8Array) =>
  parseId('sha256', createHash('sha256').update(content).digest('hex'));

t.test('the longest unused go, and a job keeps what it took', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-cache-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const cache = new PictureCache(join(folder, 'pictures'), bytes(250));
  await cache.trim();
  const digest = (name: string) => digestOf(Buffer.alloc(100, name));
  for (const name of ['a', 'b', 'c']) {
    await writeFile(join(folder, name), Buffer.alloc(100, name));
    await cache.keep(digest(name), join(folder, name));
    await cache.keep(digest(name), join(folder, name));
  }
  for (const [name, day] of [
    ['a', '2026-03-03'],
    ['b', '2026-03-01'],
    ['c', '2026-03-02'],
  ] as const) {
    t.ok(await cache.take(digest(name), join(folder, `taken-${name}`), new Date(day)));
  }
  await cache.trim();
  const left = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    left.push(await cache.take(digest(name), join(folder, `again-${name}`), new Date()));
  }
  t.same(left, [true, false, true, false]);
  t.notOk(existsSync(join(folder, 'again-b')));
  t.same(await readFile(join(folder, 'taken-b')), Buffer.alloc(100, 'b'));
});

t.test('what may not be removed stays, and the next goes in its place', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-cache-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of ['held', 'other']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'picture'), Buffer.alloc(100));
  }
  await utimes(join(folder, 'held', 'picture'), 0, 0);
  await chmod(join(folder, 'held'), 0o555);
  await chmod(folder, 0o755);
  await asNobody(join(folder, 'other'), () => new PictureCache(folder, bytes(150)).trim());
  await chmod(join(folder, 'held'), 0o755);
  t.same(
    [await readdir(join(folder, 'held')), await readdir(join(folder, 'other'))],
    [['picture'], []],
  );
});

t.test('what is damaged is not here, and is fetched anew', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-cache-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const cache = new PictureCache(join(folder, 'pictures'), bytes(1000));
  const [content, path] = [Buffer.alloc(100, 1), join(folder, 'a')];
  const sha256 = digestOf(content);
  await writeFile(path, content);
  await cache.keep(sha256, path);
  // The same inode: as after a power cut.
  await writeFile(path, '');
  t.notOk(await cache.take(sha256, join(folder, 'b'), new Date()));
  t.notOk(existsSync(join(folder, 'b')));
  await writeFile(join(folder, 'c'), content);
  await cache.keep(sha256, join(folder, 'c'));
  t.ok(await cache.take(sha256, join(folder, 'd'), new Date()));
});
