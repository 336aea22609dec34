import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { entriesBelow } from '@edgeloop/disk';
import t from 'tap';

t.test('files and folders at any depth are named, links are, and not followed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'below-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  writeFileSync(join(folder, 'a/b/c'), '');
  symlinkSync('..', join(folder, 'a/around'));
  const found = await entriesBelow(folder);
  const paths = found.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  t.same(paths.sort(), ['a', 'a/around', 'a/b', 'a/b/c']);
  await t.rejects(entriesBelow(join(folder, 'none')), { code: 'ENOENT' });
});
