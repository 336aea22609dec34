import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { ownMark, writeMark } from '../../../trainer/src/run/process-mark.ts';
import { temporaryFolder } from '../../../trainer/src/run/temporary-folder.ts';

const parent = await mkdtemp(join(tmpdir(), 'edgeloop-temporary-'));
t.teardown(() => rm(parent, { recursive: true }));

t.test('what a killed process left goes with the next, and nothing else', async (t) => {
  // Above the highest number of Linux.
  const gone = `edgeloop-trainer-${writeMark({ ...ownMark(), pid: 4_194_305 })}`;
  const abandoned = `${gone}-aBc123`;
  const running = `edgeloop-trainer-${writeMark(ownMark())}-aBc123`;
  const others = [running, 'edgeloop-trainer-x', 'edgeloop-fit-1'];
  for (const name of [abandoned, ...others]) await mkdir(join(parent, name));
  await writeFile(join(parent, abandoned, 'int8.onnx'), 'a model');
  await writeFile(join(parent, `${gone}-file`), '');
  const own = await temporaryFolder(parent);
  t.ok((await stat(own)).isDirectory());
  const left = [...others, `${gone}-file`, basename(own)];
  t.same((await readdir(parent)).sort(), left.sort());
});
