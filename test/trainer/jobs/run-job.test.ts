import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobInit, JobOffer } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import type { LeaseKeeper } from '../../../trainer/src/jobs/lease-keeper.ts';
import { JobRun, type JobSurroundings } from '../../../trainer/src/jobs/run-job.ts';
import { fetchedWeights } from '../../../trainer/src/weights/weights-file.ts';
import { answeringServer, json } from './answering-server.ts';

function folderOf(t: Pick<Test, 'teardown'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-job-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const RANDOM: JobInit = { kind: 'random' };

interface More {
  readonly champion?: string;
  /** What the control plane has, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A job that begins so.
 * @returns how it ends, and what was asked of the control plane until then
 */
async function begun(t: Test, init: JobInit, { champion, files = {} }: More = {}) {
  const asked: (string | undefined)[] = [];
  const client = await answeringServer(t, ({ url = '' }, response) => {
    asked.push(url);
    if (url in files) response.end(files[url]);
    else json(response, 404, { code: 'NOT_FOUND', detail: 'x' });
  });
  const weightsFolder = folderOf(t);
  const keeper = { phase: () => {}, progress: () => {}, line: () => {} };
  const offer = { task: 'parts', dataset: { version: 1 }, init, champion: champion ?? null };
  const run = new JobRun(
    offer as unknown as JobOffer,
    folderOf(t),
    keeper as unknown as LeaseKeeper,
    { client, weightsFolder, random: () => 0 } as unknown as JobSurroundings,
    new AbortController().signal,
  );
  return { ended: run.finish(), asked };
}

t.test('a job begins with known weights, and with no other file of the machine', async (t) => {
  const own = join(folderOf(t), 'own.pth');
  writeFileSync(own, 'of another team');
  for (const name of [own, '../own.pth', 'resnet81']) {
    const { ended, asked } = await begun(t, { kind: 'weights', name });
    const message = /weights that are known \(resnet18, resnet18\.a1_in1k\), received "/;
    await t.rejects(ended, { code: 'OPTION_INVALID', message });
    t.same(asked, [], 'before a picture is fetched');
  }
  const { ended } = await begun(t, { kind: 'weights', name: 'resnet18' });
  await t.rejects(ended, { code: 'MODEL_NOT_FOUND', message: /weights fetch resnet18$/ });
});

t.test('known weights that were fetched must be what they were', (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'resnet18-f37072fd.pth');
  writeFileSync(path, 'any');
  t.match(fetchedWeights('resnet18', folder), { path, sha256: /^f37072fd/ });
  t.end();
});

t.test(
  'a champion that the gate can not compare with is told before any picture is fetched',
  async (t) => {
    const tensor = { type: 'float32', layout: 'NCHW', mean: [0, 0, 0], std: [1, 1, 1] };
    const file = (path: string) => ({ path, bytes: 3, sha256: 'cd'.repeat(32) });
    const one = { image: file('0.jpg'), cropped: file('0.bin'), logits: { float32: [1, -1] } };
    const manifest = JSON.stringify({
      format: 1,
      name: 'other',
      classes: ['good', 'scratch'],
      crop: { resize: 73, crop: 64, kernel: 'linear' },
      variants: { float32: { file: file('model.float32.onnx'), tensor } },
      golden: { cases: [one], tolerance: { croppedMean: 1, score: 0.05 } },
      lineage: { dataset: 'ef'.repeat(32), recipe: {}, code: {} },
    });
    const champion = createHash('sha256').update(manifest).digest('hex');
    const path = `/api/models/${champion}/files/manifest.json`;
    const { ended, asked } = await begun(t, RANDOM, { champion, files: { [path]: manifest } });
    const message = /a variant int8 for the gate to compare with, received \w+ with float32\. Make/;
    await t.rejects(ended, { code: 'PACKAGE_VARIANT_MISSING', message });
    t.same(asked, [path]);

    const gone = await begun(t, RANDOM, { champion });
    await t.rejects(gone.ended, { problem: 'NOT_FOUND', message: /datasets/ });
    t.match(
      gone.asked.at(-1),
      '/api/tasks/parts/datasets/1/samples',
      'one that is gone will have been followed by another',
    );
  },
);
