import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, type JobOffer, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { DEFAULT_SETTINGS } from '../../../control-plane/src/jobs/training-settings.ts';
import type { JobSummary, JobView } from '../../../control-plane/src/resources/job.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { FROZEN_COUNTS, GONE_FROM_TEST } from '../stand/frozen-counts.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'jobs-api-'));
const store = new Store(folder);
await store.start();
const { app, tokens, tasks, database, events } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const trainer = await bearer(tokens, 'trainer');
const viewer = await bearer(tokens, 'viewer');

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

async function ask(
  authorization: string,
  method: Method,
  url: string,
  payload?: object | Buffer,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization, ...headers },
    ...(payload && { payload }),
  });
  const { statusCode: status, body, headers: answered, rawPayload } = answer;
  const json = String(answered['content-type']).includes('json') && body !== '';
  return { status, headers: answered, raw: rawPayload, body: json ? JSON.parse(body) : null };
}

await tasks.create({ task: parseId('task', 'planned') }, 'a test');
await tasks.create({ task: parseId('task', 'parts') }, 'a test');

let version = 0;
/** A dataset version of the task, as if frozen. */
async function freeze(task: string) {
  version++;
  const fingerprint = createHash('sha256').update(`${version}`).digest('hex');
  await database
    .insertInto('dataset_versions')
    .values({
      task: parseId('task', task),
      number: version,
      classes: '["a","b"]',
      counts: FROZEN_COUNTS,
      fingerprint: parseId('sha256', fingerprint),
      created_by: 'a test',
      created_at: epochMillis(version),
    })
    .execute();
  return { version, fingerprint };
}

/** A new job, taken by a trainer. */
async function leased(task: string): Promise<JobOffer> {
  await freeze(task);
  t.equal((await ask(operator, 'POST', '/api/jobs', { task })).status, 201);
  const asked = { trainer: 'bench', has: { gpu: false, memoryBytes: 1 }, waitSeconds: 0 };
  const { status, body } = await ask(trainer, 'POST', '/api/jobs/lease', asked);
  t.equal(status, 200);
  return body;
}

const progress = {
  phase: 'Training',
  epoch: 1,
  epochs: 2,
  step: 1,
  steps: 2,
  loss: 1,
  accuracy: 0.5,
  imagesPerSecond: 3,
  secondsLeft: 4,
};

t.test('who may start jobs, and who may take them', async (t) => {
  for (const [who, method, url, status] of [
    [viewer, 'GET', '/api/jobs', 200],
    [trainer, 'GET', '/api/jobs', 200],
    [viewer, 'POST', '/api/jobs', 403],
    [trainer, 'POST', '/api/jobs', 403],
    [viewer, 'POST', '/api/jobs/lease', 403],
    [trainer, 'PUT', '/api/tasks/parts/training', 403],
  ] as const) {
    const answer = await ask(who, method, url, method === 'GET' ? undefined : {});
    t.equal(answer.status, status, `${method} ${url}`);
  }
});

t.test(
  'a job is planned from what is said of it, then from the settings of its task',
  async (t) => {
    const missing = await ask(operator, 'POST', '/api/jobs', { task: 'planned' });
    t.match(missing, { status: 404, body: { code: 'NOT_FOUND', detail: /Freeze one/ } });
    const dataset = await freeze('planned');
    const before = await ask(viewer, 'GET', '/api/tasks/planned/training');
    t.same(before.body, DEFAULT_SETTINGS);
    const settings = {
      ...DEFAULT_SETTINGS,
      priority: 3,
      recipe: { size: 64, epochs: 5 },
      requires: { gpu: true, memoryBytes: 0 },
    };
    const url = '/api/tasks/planned/training';
    const stale = await ask(operator, 'PUT', url, settings, { 'if-match': '"old"' });
    t.match(stale, { status: 412, body: { code: 'PRECONDITION_FAILED' } });
    const current = { 'if-match': String(before.headers.etag) };
    t.same((await ask(operator, 'PUT', url, settings, current)).body, settings);
    const bad = {
      ...settings,
      triggers: { ...settings.triggers, schedule: { cron: 'x', timezone: 'UTC' } },
    };
    t.match(await ask(operator, 'PUT', url, bad), {
      status: 400,
      body: { detail: /Expected a cron expression of five fields/ },
    });
    const unknown = { ...settings, recipe: { sizes: 64 } };
    t.match(await ask(operator, 'PUT', url, unknown), { status: 400, body: { detail: /sizes/ } });

    // What every trainer would refuse after it fetched the dataset; 5 epochs and 32 pictures a step
    // are of settings and defaults.
    for (const [recipe, detail] of [
      [
        { size: 100 },
        /a multiple of 32 at least 32 and at most 448 for recipe\.size, received 100/,
      ],
      [{ batch: 1 }, /for recipe\.batch, received 1/],
      [{ momentum: 1 }, /less than 1 for recipe\.momentum, received 1/],
      [{ accumulation: 5 }, /In the recipe: Expected equal parts .* a batch of 32 in 5/],
      [{ quantizationAware: 6 }, /from 0 to the 5 epochs for quantizationAware, received 6/],
    ] as const) {
      const refused = { status: 400, body: { code: 'REQUEST_INVALID', detail } };
      t.match(await ask(operator, 'POST', '/api/jobs', { task: 'planned', recipe }), refused);
      const said = { ...settings, recipe: { ...settings.recipe, ...recipe } };
      t.match(await ask(operator, 'PUT', url, said), refused);
    }

    const key = { 'idempotency-key': 'once' };
    const job = { task: 'planned', recipe: { epochs: 9 } };
    const { status, body } = await ask(operator, 'POST', '/api/jobs', job, key);
    t.match(body, {
      state: 'queued',
      priority: 3,
      recipe: { size: 64, epochs: 9 },
      dataset,
      requires: { gpu: true },
      init: { kind: 'random' },
      candidate: null,
      trigger: { kind: 'by-hand', reason: 'Asked for by token:a operator.' },
    });
    t.equal(status, 201);
    t.equal((await ask(operator, 'POST', '/api/jobs', job, key)).body.job, body.job);
    const again = await ask(operator, 'POST', '/api/jobs', job);
    t.match(again, { status: 409, body: { code: 'JOB_ACTIVE' } });
    t.equal((await ask(viewer, 'GET', '/api/jobs?task=planned')).body.jobs.length, 1);
    t.equal((await ask(operator, 'POST', `/api/jobs/${body.job}/cancel`)).body.state, 'cancelled');
  },
);

t.test('a trainer tells how far it is, and everyone hears of it', async (t) => {
  const told: string[] = [];
  let latest: unknown;
  const end = events.subscribe(({ kind, subject, data }) => {
    told.push(`${kind} ${subject.task}`);
    latest = data;
  });
  const { job, lease, leaseSeconds } = await leased('told');
  t.equal(leaseSeconds, 60);
  const at = '2026-03-02T12:00:00.000Z';
  const beat = { lease, progress, epochs: [], log: [{ at, text: 'Reading pictures' }] };
  const kept = await ask(trainer, 'POST', `/api/jobs/${job}/heartbeat`, beat);
  t.same(kept.body, { instruction: 'go-on', leaseSeconds: 60 });
  const { body } = await ask(viewer, 'GET', `/api/jobs/${job}`);
  t.match(body, { state: 'running', trainer: 'bench', progress } as Partial<JobView>);
  const log = await ask(viewer, 'GET', `/api/jobs/${job}/log`);
  t.same(log.body, { lines: [{ line: 1, at, text: 'Reading pictures' }], next: 1 });
  const other = { ...beat, lease: '00000000-0000-0000-0000-000000000000' };
  t.match(await ask(trainer, 'POST', `/api/jobs/${job}/heartbeat`, other), {
    status: 409,
    body: { code: 'LEASE_LOST' },
  });
  const failed = { kind: 'failed', lease, code: 'X', message: 'Bad labels.', passing: false };
  t.equal((await ask(trainer, 'POST', `/api/jobs/${job}/outcome`, failed)).status, 204);
  const ended = await ask(viewer, 'GET', `/api/jobs/${job}`);
  t.match(ended.body, { state: 'failed', progress: null, reason: 'X: Bad labels.' });
  t.same(told, [
    ...['job.changed told', 'job.changed told', 'job.progress told', 'job.changed told'],
  ]);
  const list = await ask(viewer, 'GET', '/api/jobs');
  const listed = list.body.jobs.find((one: JobSummary) => one.job === job);
  t.same(latest, listed, 'as the list says it: without its epochs');
  const shortened = await ask(viewer, 'GET', `/api/jobs?job=${job.slice(0, 9)}`);
  t.same(shortened.body.jobs, [listed], 'one is found by how its id begins');
  t.equal((await ask(viewer, 'GET', '/api/jobs?job=x')).status, 400);
  end();
  const retry = () => ask(operator, 'POST', `/api/jobs/${job}/retry`);
  const of = { task: ended.body.task, number: ended.body.dataset.version };
  const removed = epochMillis(1);
  await database
    .insertInto('dataset_samples')
    .values({ ...of, ...GONE_FROM_TEST, removed_at: removed })
    .execute();
  t.match(await retry(), { status: 409, body: { code: 'DATASET_TOO_SMALL' } });
  await database.deleteFrom('dataset_samples').where('number', '=', of.number).execute();
  const retried = await retry();
  t.match(retried.body, { state: 'queued', attempts: 0 });
  await ask(operator, 'POST', `/api/jobs/${job}/cancel`);
});

t.test('a checkpoint comes in pieces and goes out in parts, under a lease', async (t) => {
  const { job, lease } = await leased('kept');
  const content = Buffer.from('a checkpoint of no great length');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const files = [{ path: 'checkpoint.safetensors', sha256, bytes: content.length }];
  const save = () => ask(trainer, 'PUT', `/api/jobs/${job}/checkpoint`, { lease, files });
  t.match(await save(), { status: 404, body: { detail: /Upload it first/ } });
  const url = `/api/jobs/${job}/files`;
  const begin = () => ask(trainer, 'POST', url, { lease, sha256, bytes: content.length });
  const { body: upload } = await begin();
  t.equal(upload.offset, 0);
  const send = (from: number, to: number) =>
    ask(trainer, 'PATCH', `${url}/${upload.id}`, content.subarray(from, to), {
      'content-type': 'application/octet-stream',
      'upload-offset': `${from}`,
    });
  t.equal((await send(0, 9)).body.offset, 9);
  t.match(await save(), { status: 404 }, 'not all of it is here');
  t.match(await begin(), { body: { id: upload.id, offset: 9 } }, 'goes on where it stopped');
  t.equal((await send(9, content.length)).body.offset, content.length);
  t.equal((await save()).status, 204);
  t.ok((await ask(viewer, 'GET', `/api/jobs/${job}`)).body.checkpointAt);

  const read = (under: string, headers = {}) =>
    ask(trainer, 'GET', `${url}/${sha256}?lease=${under}`, undefined, headers);
  t.same((await read(lease)).raw, content);
  const part = await read(lease, { range: 'bytes=2-11' });
  t.equal(part.status, 206);
  t.equal(part.raw.toString(), 'checkpoint');
  t.match(await read('00000000-0000-0000-0000-000000000000'), { status: 409 });
  const foreign = createHash('sha256').update('of a sample').digest('hex');
  const stranger = await ask(trainer, 'GET', `${url}/${foreign}?lease=${lease}`);
  t.match(stranger, { status: 404 }, 'nothing but files of this job');

  await ask(trainer, 'POST', `/api/jobs/${job}/outcome`, { kind: 'released', lease });
  const asked = { trainer: 'other', has: { gpu: false, memoryBytes: 1 }, waitSeconds: 0 };
  const next = await ask(trainer, 'POST', '/api/jobs/lease', asked);
  t.match(next.body, { job, attempt: 1, checkpoint: files });
  await ask(operator, 'POST', `/api/jobs/${job}/cancel`);
});

t.test('a trainer waits for a job as long as it likes', async (t) => {
  const asked = { trainer: 'bench', has: { gpu: false, memoryBytes: 1 }, waitSeconds: 0 };
  t.equal((await ask(trainer, 'POST', '/api/jobs/lease', asked)).status, 204);
  const begun = performance.now();
  const waiting = ask(trainer, 'POST', '/api/jobs/lease', { ...asked, waitSeconds: 20 });
  await freeze('waited');
  const { body } = await ask(operator, 'POST', '/api/jobs', { task: 'waited' });
  t.equal((await waiting).body.job, body.job);
  t.ok(performance.now() - begun < 10_000, 'it gets the job when it is there');
});

t.test('who takes jobs now can be read, and what each has', async (t) => {
  const list = async () => (await ask(viewer, 'GET', '/api/trainers')).body.trainers;
  const { job } = await leased('listed');
  const has = { gpu: true, memoryBytes: 9 };
  await ask(trainer, 'POST', '/api/jobs/lease', { trainer: 'gpu-1', has, waitSeconds: 0 });
  const found = await list();
  t.match(
    found.filter(({ trainer }: { trainer: string }) => ['bench', 'gpu-1'].includes(trainer)),
    [
      { trainer: 'bench', has: { gpu: false }, job: String },
      { trainer: 'gpu-1', has, job: null, askedAt: String },
    ],
  );
  await ask(operator, 'POST', `/api/jobs/${job}/cancel`);
});

t.test('a package that the registry does not have ends no job', async (t) => {
  const { job, lease } = await leased('stranger');
  const outcome = { kind: 'succeeded', lease, package: 'e'.repeat(64), champion: null };
  const answer = await ask(trainer, 'POST', `/api/jobs/${job}/outcome`, outcome);
  t.match(answer, { status: 404 });
  t.equal((await ask(viewer, 'GET', `/api/jobs/${job}`)).body.state, 'leased');
});
