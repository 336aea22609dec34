import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobOffer } from '@edgeloop/protocol';
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

/** A job that begins with weights of that name. @returns how it ends, and what was asked of the control plane until then */
async function begun(t: Test, name: string) {
  const asked: (string | undefined)[] = [];
  const client = await answeringServer(t, ({ url }, response) => {
    asked.push(url);
    json(response, 404, { code: 'NOT_FOUND', detail: 'x' });
  });
  const weightsFolder = folderOf(t);
  const keeper = { phase: () => {}, progress: () => {}, line: () => {} };
  const offer = { task: 'parts', dataset: { version: 1 }, init: { kind: 'weights', name } };
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
    const { ended, asked } = await begun(t, name);
    const message = /weights that are known \(resnet18, resnet18\.a1_in1k\), received "/;
    await t.rejects(ended, { code: 'OPTION_INVALID', message });
    t.same(asked, [], 'before a picture is fetched');
  }
  const { ended } = await begun(t, 'resnet18');
  await t.rejects(ended, { code: 'MODEL_NOT_FOUND', message: /weights fetch resnet18$/ });
});

t.test('known weights that were fetched must be what they were', (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'resnet18-f37072fd.pth');
  writeFileSync(path, 'any');
  t.match(fetchedWeights('resnet18', folder), { path, sha256: /^f37072fd/ });
  t.end();
});
