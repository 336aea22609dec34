import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkApart, checkTarget } from '../../../trainer/src/package/check-target.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-target-'));
t.teardown(() => rm(root, { recursive: true }));
const at = (...names: string[]) => join(root, ...names);
for (const folder of ['package', 'empty', 'photos/good']) {
  await mkdir(at(folder), { recursive: true });
}
await writeFile(at('package', 'manifest.json'), '{}');
await writeFile(at('file'), '');
await symlink(at('photos'), at('link'));

t.test('by force packages and empty folders are replaced, and nothing else', async (t) => {
  for (const name of ['package', 'empty', 'nothing']) await checkTarget(at(name), true);
  for (const name of ['photos', 'link', 'file']) {
    const refusal = { code: 'PACKAGE_EXISTS', message: /a package or an empty folder to replace/ };
    await t.rejects(checkTarget(at(name), true), refusal, name);
  }
  for (const name of ['package', 'empty', 'photos', 'file']) {
    await t.rejects(checkTarget(at(name), false), { message: /Expected nothing at/ }, name);
  }
});

t.test('a package, its pictures and its run are apart from one another', async (t) => {
  const check = (out: string, pictures = 'photos', run = `${out}.run`) =>
    checkApart(at(out), at(pictures), at(run));
  for (const out of ['photos2', '..photos', 'models/photos']) await check(out);
  for (const out of ['photos', 'photos/good', 'photos/models/new', 'link', 'link/new', '.']) {
    const refusal = { code: 'OPTION_INVALID', message: /apart from the pictures in .* for --out/ };
    await t.rejects(check(out), refusal, out);
  }
  await t.rejects(check('photos', 'link'), { message: /for --out/ }, 'whatever they are called');
  for (const run of ['package', 'package/run']) {
    await t.rejects(check('package', 'photos', run), { message: /the package at .* for --run/ });
  }
});
