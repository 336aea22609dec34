import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnnxError, saveSafetensors, type TrainingEngine } from '@edgeloop/onnx';
import t from 'tap';
import type { Checkpoint } from '../../../trainer/src/run/checkpoint.ts';
import { RunFolder } from '../../../trainer/src/run/run-folder.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

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

t.test('a checkpoint stays when the power goes then', { skip: noPowerCut }, async (t) => {
  const above = t.testdir({});
  const save = (path: string, metadata: Record<string, string>) =>
    saveSafetensors(path, { tensors: best.weights, metadata });
  const work = async () => {
    const folder = join(above, 'runs', 'first');
    const run = await RunFolder.open({ folder, resume: false, force: false });
    await run.save({ save } as unknown as TrainingEngine, checkpoint, best);
  };
  t.same(await lostByPowerCut(above, work), [], 'also the first of a new folder');
});

t.test(
  'by force, an unfinished run goes when another trains in its place, and not before',
  async (t) => {
    const folder = join(root, 'forced');
    const files = ['best-1.safetensors', 'checkpoint.safetensors'];
    const first = await RunFolder.open({ folder, resume: false, force: false });
    await t.rejects(first.save(endedWhileSaving(true), checkpoint, best), /ended/);

    for (const end of ['settle', 'discard'] as const) {
      const refused = await RunFolder.open({ folder, resume: false, force: true });
      t.equal(refused.saved, null, 'it goes on from nothing');
      await refused[end]();
      await refused.close();
      t.equal(refused.saved, null);
      t.same((await readdir(folder)).sort(), files, end);
    }

    const other = await RunFolder.open({ folder, resume: false, force: true });
    await other.begin();
    t.same(await readdir(folder), []);
    await t.rejects(other.save(endedWhileSaving(true), checkpoint, best), /ended/);
    await other.begin();
    await other.settle();
    t.match(other.saved, checkpoint, 'its own stays');
  },
);

t.test('what is damaged of a run is refused as a checkpoint', async (t) => {
  const folder = join(root, 'damaged');
  const saving = await RunFolder.open({ folder, resume: false, force: false });
  await t.rejects(saving.save(endedWhileSaving(true), checkpoint, best), /ended/);
  const refused = { code: 'CHECKPOINT_REFUSED', message: /damaged one: .*--force/ };

  const run = await RunFolder.open({ folder, resume: true, force: false });
  const other = new OnnxError('WEIGHTS_INVALID', 'cut short');
  const engine = { restore: () => Promise.reject(other) } as unknown as TrainingEngine;
  await t.rejects(run.restore(engine), { ...refused, cause: other }, 'its tensors');
  await truncate(join(folder, 'best-1.safetensors'), 100);
  await t.rejects(run.best(1), refused, 'its best weights');
  await truncate(join(folder, 'checkpoint.safetensors'), 20);
  await t.rejects(RunFolder.open({ folder, resume: true, force: false }), refused, 'its header');
});
