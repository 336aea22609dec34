import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { encodeSafetensors } from '@edgeloop/onnx';
import t from 'tap';
import { DEFAULT_GATE } from '../../control-plane/src/jobs/gate/gate-policy.ts';
import type { JobView } from '../../control-plane/src/resources/job.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { notLong } from '../stand/long.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { storedZip } from '../stand/stored-zip.ts';

t.setTimeout(600_000);
// Measured once on a machine, kept for all tests.
process.env.XDG_CACHE_HOME ??= join(tmpdir(), 'edgeloop-test-cache');

const root = mkdtempSync(join(tmpdir(), 'edgeloop-jobs-'));
const controlPlane = new ControlPlaneProcess([
  ...['--data', join(root, 'data'), '--lease-time', '6s', '--log-level', 'warn'],
]);
const trainers: ChildProcess[] = [];
t.teardown(async () => {
  for (const trainer of trainers) trainer.kill('SIGKILL');
  await controlPlane.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});
await controlPlane.start();

// biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
async function ask(method: string, path: string, body?: unknown): Promise<any> {
  const zip = body instanceof Uint8Array;
  const response = await controlPlane.fetch(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': zip ? 'application/zip' : 'application/json' },
      body: zip ? Buffer.from(body) : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

const tokenFile = join(root, 'trainer.token');
writeFileSync(
  tokenFile,
  (await ask('POST', '/api/tokens', { name: 'gpu', role: 'trainer' })).secret,
);

/** A trainer of its own folder, as on a machine of its own. */
function trainer(name: string, ...more: string[]) {
  const args = ['work', '--server', `http://127.0.0.1:${controlPlane.apiPort}`, '--name', name];
  const child = spawn(
    process.execPath,
    [
      ...[PROGRAMS.trainer, ...args, '--token-file', tokenFile, '--work', join(root, name)],
      ...['--threads', '1', '--checkpoint-seconds', '0', '--upload-seconds', '0.5', ...more],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  trainers.push(child);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return { child, ended: once(child, 'close'), said: () => said };
}

/** Looks at a job until it is as wanted. */
async function until(job: string, wanted: (view: JobView) => boolean): Promise<JobView> {
  for (const end = Date.now() + 120_000; ; await wait(50)) {
    const view = await controlPlane.get(`/api/jobs/${job}`);
    if (wanted(view)) return view;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(view)}`);
  }
}

const isStepping = (progress: JobView['progress']) => progress !== null && progress.step !== null;

const pictures: Record<string, Uint8Array> = {};
for (const [index, side] of [
  ...Array.from({ length: 4 }, () => 'train'),
  'val',
  'test',
  'test',
  'test',
].entries()) {
  for (const label of ['empty', 'good'] as const) {
    const jpeg = await encodeJpeg(await drawSample(index, label), 88);
    pictures[`${side}/${label}/${index}.jpg`] = jpeg;
  }
}
await ask('POST', '/api/tasks', { task: 'parts', classes: ['empty', 'good'] });
await ask('POST', '/api/tasks/parts/import?format=imagefolder', storedZip(pictures));
await ask('POST', '/api/tasks/parts/datasets');
const RECIPE = { size: 32, epochs: 2, batch: 4, learningRate: 0.01 };
const EASY = {
  ...DEFAULT_GATE,
  leastSamples: 6,
  floors: { accuracy: 0, classRecall: 0 },
  int8Loss: { overall: 1, perClass: 1 },
};

t.test('a trainer for one job ends where none waits, and says so', async (t) => {
  const { ended, said } = trainer('idle', '--once');
  await ended;
  t.match(said(), /No job waits that this trainer can take/);
});

t.test('a trainer is killed, another is ended, and a third goes on from there', async (t) => {
  const { job } = await ask('POST', '/api/jobs', { task: 'parts', recipe: RECIPE, gate: EASY });
  const first = trainer('first');
  await until(job, ({ checkpointAt }) => checkpointAt !== null);
  first.child.kill('SIGKILL');
  await first.ended;
  t.match(await controlPlane.get(`/api/jobs/${job}`), { state: 'running', trainer: 'first' });

  // The lease of the first ends by itself.
  const second = trainer('second');
  await until(job, ({ trainer, progress }) => trainer === 'second' && isStepping(progress));
  second.child.kill('SIGTERM');
  await second.ended;
  const givenBack = await controlPlane.get(`/api/jobs/${job}`);
  t.match(givenBack, { state: 'queued', attempts: 1 }, 'given back at once, and not counted');

  await trainer('third', '--once').ended;
  const done = await controlPlane.get(`/api/jobs/${job}`);
  t.match(done, { state: 'succeeded', trainer: 'third', attempts: 2, candidate: true });
  t.match(done.verdict.checks[0].reason, /There is no champion to compare with/);
  t.equal(done.epochs.length, 2);
  const { lines } = await controlPlane.get(`/api/jobs/${job}/log?limit=1000`);
  const said: string[] = lines.map(({ text }: { text: string }) => text);
  t.equal(said.filter((text) => /^Going on in epoch/.test(text)).length, 2, said.join('\n'));
  const model = await controlPlane.get(`/api/models/${done.package}`);
  t.match(model, { state: 'registered', job, aliases: ['candidate'], task: 'parts' });
  t.equal(model.manifest.lineage.dataset, done.dataset.fingerprint);
  t.same(model.manifest.classes, ['empty', 'good']);
  const report = await controlPlane.fetch(`/api/models/${done.package}/report`);
  t.match(await report.text(), /^<!doctype html>.*<\/html>\s*$/is, 'with the page of its trainer');
  const { total } = await controlPlane.get(`/api/models/${done.package}/predictions`);
  t.equal(total, 6, 'and what it made of each test sample');
});

t.test(
  'one that is not better than the champion is refused, and the reason can be read',
  { skip: notLong },
  async (t) => {
    const champion = (await controlPlane.get('/api/tasks/parts')).aliases[0].digest;
    await ask('PUT', `/api/models/${champion}/aliases/champion`, {});
    const gate = { ...EASY, margin: 1 };
    const recipe = { ...RECIPE, epochs: 1, probeEpochs: 1 };
    const { job, init } = await ask('POST', '/api/jobs', { task: 'parts', recipe, gate });
    t.same(init, { kind: 'model', package: champion }, 'it begins from the champion');
    await trainer('first', '--once').ended;
    const done = await controlPlane.get(`/api/jobs/${job}`);
    t.match(done, { state: 'succeeded', candidate: false }, done.reason);
    const { checks, figures } = done.verdict;
    t.match(checks[0], { name: 'champion', passed: false });
    t.match(
      checks[0].reason,
      /Not better than the champion|expected at least 100\.0 points|chance/,
    );
    t.match(figures.comparison, { package: champion, samples: 6 });
    const model = await controlPlane.get(`/api/models/${done.package}`);
    t.match(model, { state: 'registered', aliases: [], parent: champion });
  },
);

/** A job whose trainer brought a checkpoint of these bytes and gave the job back. */
async function withCheckpoint(content: Buffer): Promise<{ job: string; sha256: string }> {
  const recipe = { ...RECIPE, epochs: 1 };
  const asked = { task: 'parts', recipe, gate: EASY, init: { kind: 'random' } };
  const { job } = await ask('POST', '/api/jobs', asked);
  const has = { gpu: false, memoryBytes: 1 };
  const { lease } = await ask('POST', '/api/jobs/lease', {
    trainer: 'before',
    has,
    waitSeconds: 0,
  });
  const file = {
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  };
  const { id } = await ask('POST', `/api/jobs/${job}/files`, { lease, ...file });
  await controlPlane.fetch(`/api/jobs/${job}/files/${id}`, {
    method: 'PATCH',
    body: new Uint8Array(content),
    headers: { 'content-type': 'application/octet-stream', 'upload-offset': '0' },
  });
  const files = [{ path: 'checkpoint.safetensors', ...file }];
  await ask('PUT', `/api/jobs/${job}/checkpoint`, { lease, files });
  await ask('POST', `/api/jobs/${job}/outcome`, { kind: 'released', lease });
  return { job, sha256: file.sha256 };
}

/** As a version of the trainer wrote it that knew none of today's recipe. */
const OLD_CHECKPOINT = Buffer.concat(
  encodeSafetensors({
    tensors: new Map(),
    metadata: {
      'edgeloop.run': JSON.stringify({
        format: 1,
        progress: { history: [], steps: 0 },
        identity: { recipe: {}, dataset: 'x', init: 'random', machine: { kernels: null } },
      }),
    },
  }),
);

for (const [name, content, lose, reason] of [
  ['of another version', OLD_CHECKPOINT, false, /Expected the run that .* holds a checkpoint of/],
  ['that is gone', Buffer.from('lost with a disk'), true, /Expected the job's checkpoint at/],
] as const) {
  t.test(`from a checkpoint ${name} it begins anew`, { skip: notLong }, async (t) => {
    const { job, sha256 } = await withCheckpoint(content);
    const objects = join(root, 'data', 'job-files', 'objects');
    if (lose) rmSync(join(objects, sha256.slice(0, 2), sha256));
    await trainer('first', '--once').ended;
    t.match(await controlPlane.get(`/api/jobs/${job}`), { state: 'succeeded', reason: null });
    const { lines } = await controlPlane.get(`/api/jobs/${job}/log?limit=1000`);
    const anew = lines.filter(({ text }: { text: string }) => /begins anew/.test(text));
    t.match(anew, [{ text: reason }]);
  });
}

t.test('a job that is cancelled stops its trainer', async (t) => {
  const recipe = { ...RECIPE, epochs: 1000 };
  const init = { kind: 'random' };
  const { job } = await ask('POST', '/api/jobs', { task: 'parts', recipe, init });
  const running = trainer('first', '--once');
  await until(job, ({ progress }) => isStepping(progress));
  await ask('POST', `/api/jobs/${job}/cancel`);
  await running.ended;
  t.match(running.said(), /The job was cancelled/);
  t.match(await controlPlane.get(`/api/jobs/${job}`), { state: 'cancelled' });
});
