import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { PictureCache } from '../../../trainer/src/jobs/picture-cache.ts';

t.test('the longest unused go, and a job keeps what it took', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-cache-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const cache = new PictureCache(join(folder, 'pictures'), bytes(250));
  await cache.trim();
  const digest = (name: string) => parseId('sha256', name.repeat(64));
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
