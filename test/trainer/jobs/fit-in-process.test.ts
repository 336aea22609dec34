import { watch } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mebibytes } from '@edgeloop/protocol';
import t from 'tap';
import { completeRecipe } from '../../../trainer/src/fit/recipe.ts';
import { fitInProcess } from '../../../trainer/src/jobs/fit-in-process.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-fit-in-process-'));
t.teardown(() => rm(root, { recursive: true }));

t.test('a fit leaves nothing outside of the folder of its job, however it ends', async (t) => {
  const temporary = join(root, 'tmp');
  await mkdir(temporary);
  const made = new Set<string | null>();
  const watcher = watch(temporary, (_event, name) => made.add(name?.slice(0, 13) ?? null));
  t.teardown(() => watcher.close());
  const fitted = fitInProcess(
    {
      folder: join(root, 'no-pictures'),
      frozen: null,
      init: null,
      out: join(root, 'package'),
      run: join(root, 'run'),
      force: false,
      resume: true,
      checkpointSeconds: 30,
      pictureMemory: mebibytes(1),
      learningCurve: false,
      name: 'x',
      version: '1',
      kernelFolder: join(root, 'kernels'),
      recipe: completeRecipe({ provider: 'cpu', threads: 1 }, false),
    },
    temporary,
    () => {},
    new AbortController().signal,
  );
  await t.rejects(fitted, {
    failure: { code: 'DATASET_NOT_FOUND' },
    message: /Expected a folder of class folders/,
  });
  t.ok(made.has('edgeloop-fit-'), `its models were there: ${[...made]}`);
});
