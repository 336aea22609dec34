import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobOffer, seconds } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { CheckpointUploads } from '../../../trainer/src/jobs/checkpoint-uploads.ts';
import { answeringServer, json } from './answering-server.ts';

const CONTENT = 'a checkpoint';
const FILE = { path: 'checkpoint.safetensors', bytes: CONTENT.length };
const CHECKPOINT = { ...FILE, sha256: createHash('sha256').update(CONTENT).digest('hex') };

/** Has the checkpoint of a job from a server that answers so. */
async function restoring(t: Test, status: number, answer: string | object) {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-checkpoint-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const client = await answeringServer(t, (_request, response) => {
    if (typeof answer === 'object') json(response, status, answer);
    else response.writeHead(status).end(answer);
  });
  const uploads = new CheckpointUploads({
    client,
    folder,
    pause: seconds(60),
    onProblem: () => {},
    offer: { job: 'a', lease: 'b', checkpoint: [CHECKPOINT] } as unknown as JobOffer,
    retry: { signal: new AbortController().signal, random: () => 0 },
  });
  return { restored: uploads.restore(), path: join(folder, CHECKPOINT.path) };
}

t.test('a checkpoint is where the training looks for it', async (t) => {
  const { restored, path } = await restoring(t, 200, CONTENT);
  await restored;
  t.equal(await readFile(path, 'utf8'), CONTENT);
});

t.test('one that can not be had is told from a lease that is lost', async (t) => {
  for (const [name, status, answer, code] of [
    ['it is gone', 404, { code: 'NOT_FOUND', detail: 'x' }, 'CHECKPOINT_REFUSED'],
    ['it is damaged', 200, 'other bytes', 'CHECKPOINT_REFUSED'],
    ['another has the job', 409, { code: 'LEASE_LOST', detail: 'x' }, 'CONTROL_PLANE_REFUSED'],
  ] as const) {
    const { restored } = await restoring(t, status, answer);
    await t.rejects(restored, { code }, name);
  }
});
