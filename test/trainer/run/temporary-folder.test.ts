import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../../../trainer/src/run/temporary-folder.ts';

const parent = await mkdtemp(join(tmpdir(), 'edgeloop-temporary-'));
t.teardown(() => rm(parent, { recursive: true }));

t.test('what a killed process left goes with the next, and nothing else', async (t) => {
  // Above the highest number of Linux.
  const abandoned = 'edgeloop-trainer-4194305-aBc123';
  const others = [`edgeloop-trainer-${process.pid}-aBc123`, 'edgeloop-trainer-x', 'edgeloop-fit-1'];
  for (const name of [abandoned, ...others]) await mkdir(join(parent, name));
  await writeFile(join(parent, abandoned, 'int8.onnx'), 'a model');
  await writeFile(join(parent, 'edgeloop-trainer-4194305-file'), '');
  const own = await temporaryFolder(parent);
  t.ok((await stat(own)).isDirectory());
  const left = [...others, 'edgeloop-trainer-4194305-file', basename(own)];
  t.same((await readdir(parent)).sort(), left.sort());
});
