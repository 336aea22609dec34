import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveSafetensors, type TrainingEngine } from '@edgeloop/onnx';
import t from 'tap';
import type { Checkpoint } from '../../../trainer/src/run/checkpoint.ts';
import { RunFolder } from '../../../trainer/src/run/run-folder.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-run-'));
t.teardown(() => rm(root, { recursive: true }));

const best = {
  epoch: 1,
  weights: new Map([['fc.bias', { dims: [1], data: Float32Array.of(1) }]]),
};
const checkpoint = { progress: { steps: 3 } } as unknown as Checkpoint;

/** As one whose process is ended while it saves, before its answer. */
function endedWhileSaving(written: boolean): TrainingEngine {
  const save = async (path: string, metadata: Record<string, string>) => {
    if (written) await saveSafetensors(path, { tensors: best.weights, metadata });
    throw new Error('ended');
  };
  return { save } as unknown as TrainingEngine;
}

for (const written of [true, false]) {
  t.test(`an end while a checkpoint is ${written ? '' : 'not yet '}on the disk`, async (t) => {
    const folder = join(root, String(written));
    const run = await RunFolder.open({ folder, resume: false, force: false });
    await t.rejects(run.save(endedWhileSaving(written), checkpoint, best), /ended/);
    await run.settle();
    await run.close();
    if (written) {
      t.match(run.saved, checkpoint, 'is there to go on from');
      t.same((await readdir(folder)).sort(), ['best-1.safetensors', 'checkpoint.safetensors']);
    } else {
      t.equal(run.saved, null);
      t.notOk((await readdir(root)).includes('false'), 'best weights alone are no use');
    }
  });
}
