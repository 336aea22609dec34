import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { settleKernels } from '../../../trainer/src/fit/compute.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-compute-'));
t.teardown(() => rm(root, { recursive: true }));
const { signal } = new AbortController();

t.test('forms are measured once, and whoever measures at the same time agrees', async (t) => {
  const folder = join(root, 'kernels');
  const said: string[] = [];
  const settle = () =>
    settleKernels(
      { size: 32, batch: 2, threads: 1 },
      folder,
      (event) => 'text' in event && said.push(event.text),
      signal,
    );
  const [first, second] = await Promise.all([settle(), settle()]);
  t.same(first, second, 'the first one is right');
  t.equal(said.length, 2);
  t.same(await settle(), first);
  t.equal(said.length, 2, 'not measured again');
  const files = await readdir(folder);
  t.equal(files.length, 1, 'nothing is left behind');
  const path = join(folder, files[0] as string);
  t.same(JSON.parse(await readFile(path, 'utf8')), first);
  await writeFile(path, '{ torn');
  t.ok(Object.keys((await settle()) ?? {}).length === 20, 'a torn file is measured again');
  t.equal(said.length, 3);
  t.ok(Object.keys((await settle()) ?? {}).length === 20);
  t.equal(said.length, 3, 'once');
});
