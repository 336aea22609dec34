import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bytes,
  epochMillis,
  type FileReference,
  type LeaseId,
  MANIFEST_FILE,
  parseId,
  type Sha256,
  seconds,
} from '@edgeloop/protocol';
import { rotateKeyFolder } from '@edgeloop/signing';
import t from 'tap';
import type { Verdict } from '../../../control-plane/src/jobs/gate/verdict.ts';
import { JobStore } from '../../../control-plane/src/jobs/job-store.ts';
import { Leases } from '../../../control-plane/src/jobs/leases.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { withExtraFile, writeColourPackage } from '../../stand/colour-package.ts';
import { plannedJob } from '../jobs/stand/planned-job.ts';
import { health, OTHER_BOOT } from '../stand/health.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'models-'));
const store = new Store(folder);
await store.start();
const device = { kind: 'device', device: 'door-1', site: 'lab' } as const;
const { app, tokens, artifacts, database, events, registry } = await createTestApi(t, {
  ...{ folder, store },
  devices: { authenticate: async (_name, password) => (password === 'right' ? device : null) },
});
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const published: string[] = [];
events.subscribe(({ kind }) => published.push(kind));

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  authorization = operator,
) {
  const response = await app.inject({
    ...{ method, url, headers: { authorization } },
    ...(payload && { payload }),
  });
  const json = String(response.headers['content-type']).includes('json');
  return {
    status: response.statusCode,
    body: json ? JSON.parse(response.body) : response.body,
  };
}

async function announce(directory: string, more: object = {}) {
  const manifest = readFileSync(join(directory, MANIFEST_FILE), 'utf8');
  return ask('POST', '/api/models', { task: 'colours', manifest, ...more });
}

async function bring(directory: string, files: readonly FileReference[]) {
  for (const { path, sha256, bytes: size } of files) {
    const content = readFileSync(join(directory, path));
    await artifacts.write({ sha256, bytes: bytes(size) }, 'model', [content]);
  }
}

const sound = await writeColourPackage(join(folder, 'sound'));
let digest = '';

t.test('a package is announced, completed, checked, signed and registered', async (t) => {
  t.match(await announce(sound), { status: 404, body: { detail: /edgeloop tasks create/ } });
  t.match(await ask('POST', '/api/tasks', { task: 'colours' }), { status: 201 });
  t.match(await ask('POST', '/api/tasks', { task: 'colours' }), { status: 409 });
  const { status, body } = await announce(sound);
  t.equal(status, 201);
  digest = body.model.digest;
  t.match(body.model, { state: 'announced', accuracy: 1, createdBy: 'token:a operator' });
  t.same(body.missing.map(({ path }: FileReference) => path).sort(), [
    'golden/0.jpg',
    'golden/0.rgb',
    'model.int8.onnx',
    'predictions.jsonl',
  ]);
  const complete = () => ask('POST', `/api/models/${digest}/complete`);
  await bring(sound, body.missing.slice(1));
  t.match(await complete(), { status: 409, body: { code: 'MODEL_INCOMPLETE' } });
  const file = `/api/models/${digest}/files/${MANIFEST_FILE}`;
  const asDevice = `Basic ${Buffer.from('door-1:right').toString('base64')}`;
  t.match(await ask('GET', file, undefined, asDevice), { status: 404 }, 'not for devices yet');
  await bring(sound, body.missing);

  const [first, second] = await Promise.all([complete(), complete()]);
  t.same([first.status, second.status].sort(), [200, 409], 'checked once at a time');
  t.match(await complete(), { status: 200, body: { state: 'registered', refusal: null } });
  const model = (await ask('GET', `/api/models/${digest}`)).body;
  const { keys } = registry;
  keys.check(readFileSync(join(sound, MANIFEST_FILE)), model.signature);
  t.same(published, ['model.registered']);
  t.same((await ask('GET', '/api/tasks/colours')).body.classes, ['red', 'green', 'blue']);
  t.match(await announce(sound), { status: 201, body: { missing: [] } });
  t.match(await ask('GET', file, undefined, asDevice), { status: 200, body: { format: 1 } });
  t.match(await ask('GET', `/api/models/${digest}/files/manifest.sig.json`, undefined, asDevice), {
    body: model.signature,
  });
  t.match(await ask('GET', `/api/models/${digest}/files/..%2f..%2fx`), { status: 404 });
  t.match(await ask('GET', `/api/models/${digest}/files/none`), { status: 404 });
  const beyond = await app.inject({
    ...{ url: file, headers: { authorization: operator, range: 'bytes=999999-' } },
  });
  t.match(beyond, { statusCode: 416, headers: { 'content-range': /^bytes \*\/\d+$/ } });
  t.notOk(beyond.headers['cache-control'] ?? beyond.headers.etag, 'no error is kept for a year');
  const golden = body.missing.find(({ path }: FileReference) => path === 'golden/0.jpg').sha256;
  await artifacts.remove(golden);
  t.ok(await artifacts.find(golden), 'a sample of the same bytes that goes does not take it along');
});

t.test('a model that is none is refused, and why can be read', async (t) => {
  const wrong = await writeColourPackage(join(folder, 'wrong'), new Uint8Array([1, 2, 3]));
  const { model, missing } = (await announce(wrong)).body;
  await bring(wrong, missing);
  const refused = await ask('POST', `/api/models/${model.digest}/complete`);
  t.match(refused, { status: 200, body: { state: 'refused', refusal: { code: 'NOT_A_MODEL' } } });
  t.equal(refused.body.signature, null, 'not signed');
  t.match(await ask('PUT', `/api/models/${model.digest}/aliases/champion`, {}), { status: 409 });
  t.match(await ask('GET', '/api/models?state=refused'), {
    body: { models: [{ digest: model.digest }] },
  });
});

t.test('what is refused before anything is kept', async (t) => {
  const manifest = JSON.parse(readFileSync(join(sound, MANIFEST_FILE), 'utf8'));
  const changed = (change: object) => JSON.stringify({ ...manifest, ...change });
  const { variants } = manifest;
  const twice = structuredClone(variants);
  twice.int8.file.path = 'predictions.jsonl';
  const huge = structuredClone(variants);
  huge.int8.file.bytes = 2 ** 40;
  const outside = structuredClone(variants);
  outside.int8.file.path = '../../etc/passwd';
  const signature = { keyId: '0'.repeat(32), algorithm: 'ed25519', signature: 'A'.repeat(86) };
  for (const [name, more, code] of [
    ['no manifest', { manifest: 'x' }, 'MANIFEST_REFUSED'],
    ['two files of one name', { manifest: changed({ variants: twice }) }, 'MANIFEST_REFUSED'],
    ['a terabyte', { manifest: changed({ variants: huge }) }, 'MANIFEST_REFUSED'],
    [
      'a path that leaves the folder',
      { manifest: changed({ variants: outside }) },
      'MANIFEST_REFUSED',
    ],
    ['a key that nobody knows', { signature }, 'SIGNATURE_REFUSED'],
    [
      'a parent that is not here',
      { manifest: changed({ name: 'other' }), parent: 'f'.repeat(64) },
      'NOT_FOUND',
    ],
    ['an unknown field', { aliases: [] }, 'REQUEST_INVALID'],
  ] as const) {
    t.equal((await announce(sound, more)).body.code, code, name);
  }
});

t.test('aliases: only the gate makes a candidate', async (t) => {
  const url = `/api/models/${digest}/aliases`;
  t.match(await ask('PUT', `${url}/candidate`, {}), { status: 403, body: { detail: /gate/ } });
  t.match(await ask('PUT', `${url}/other`, {}), { status: 400 });
  t.match(await ask('PUT', `${url}/champion`, { expected: digest }), { status: 412 });
  t.match(await ask('PUT', `${url}/champion`, { expected: null }), {
    ...{ status: 200, body: { aliases: ['champion'] } },
  });
  const viewer = await bearer(tokens, 'viewer');
  t.match(await ask('PUT', `${url}/champion`, {}, viewer), { status: 403 });
  t.match(await ask('GET', '/api/tasks/colours/alias-changes', undefined, viewer), {
    body: { changes: [{ alias: 'champion', from: null, to: digest, by: 'token:a operator' }] },
  });
  t.match(await ask('DELETE', `${url}/champion`), { status: 200, body: { aliases: [] } });
  t.match(await ask('DELETE', `${url}/champion`), { status: 412 });
});

t.test('why the gate refused a model can be read where the model is', async (t) => {
  const view = () => ask('GET', `/api/models/${digest}`);
  t.equal((await view()).body.gate, null, 'no job trained it');
  const now = () => epochMillis(Date.now());
  const jobs = new JobStore({ database, now });
  const leases = new Leases({ database, now, random: () => 0.5, leaseTime: seconds(60) });
  const { job } = await jobs.create(plannedJob({ task: parseId('task', 'colours') }));
  const has = { gpu: false, memoryBytes: 2 ** 33 };
  const taken = await leases.lease({ trainer: 'bench', has, waitSeconds: 0 });
  const reason = 'Expected 0.9 of the test side to be right, received 0.5.';
  const verdict = { passed: false, checks: [{ name: 'floors', passed: false, reason }] };
  await leases.succeed(job, taken?.lease_id as LeaseId, {
    package: digest as Sha256,
    verdict: verdict as unknown as Verdict,
  });
  t.match((await view()).body.gate, { job, verdict });
});

t.test('lineage says which devices run a model, as they reported last', async (t) => {
  const running = (model: string) => ({ model, name: 'colours', variant: 'int8' });
  const report = (device: string, slots: object) =>
    record('reported', { slots, cameras: {}, agentVersion: '1' }, { device });
  await store.commit([
    report('door-2', { main: running(digest), night: running(digest) }),
    report('door-1', { main: running('e'.repeat(64)), spare: running(digest) }),
    report('door-3', { main: { ...running('e'.repeat(64)), name: digest } }),
  ]);
  const { devices } = (await ask('GET', `/api/models/${digest}/lineage`)).body;
  t.match(devices, [
    { site: 'works', device: 'door-1', slots: ['spare'] },
    { site: 'works', device: 'door-2', slots: ['main', 'night'] },
  ]);
  t.equal(devices.length, 2);
  const card = (await ask('GET', `/api/models/${digest}/card.md`)).body;
  t.match(card, /## Devices.*\| works \| door-2 \| main, night \|/s);
});

t.test('how many devices run a version, and how long an inference takes there', async (t) => {
  const { models } = (await ask('GET', '/api/models?task=colours')).body;
  t.match(
    models.map((model: { digest: string; devices: number }) => [model.digest, model.devices]),
    [
      [/./, 0],
      [digest, 2],
    ],
    'in two slots it is one device all the same',
  );
  const latency = () => ask('GET', `/api/models/${digest}/latency`);
  t.same((await latency()).body, { devices: 0, frames: 0, p50: null, p95: null });
  const counted = (frames: number) => ({ models: { [digest]: { red: frames } } });
  const told = (device: string, frames: number, boot?: string, up?: number) =>
    record('health', health({ ...counted(frames), ...(boot && { boot }), ...(up && { up }) }), {
      device,
    });
  await store.commit([told('door-1', 30), told('door-2', 10)]);
  await store.commit([told('door-2', 5, OTHER_BOOT, 10)]);
  const { body } = await latency();
  t.match(body, { devices: 2, frames: 45 });
  t.ok(body.p50 > 16 && body.p50 <= 20 && body.p95 > body.p50 && body.p95 <= 20);
  t.equal((await ask('GET', `/api/models/${'e'.repeat(64)}/latency`)).status, 404);
});

t.test("a trainer's report is a page that runs nothing, and goes with its model", async (t) => {
  const url = `/api/models/${digest}/report`;
  const trainer = await bearer(tokens, 'trainer');
  t.match(await ask('GET', url), { status: 404, body: { detail: /card says/ } });
  t.equal((await ask('GET', `/api/models/${digest}`)).body.report, null);
  const bring = async (text: string) => {
    const content = Buffer.from(text);
    const sha256 = createHash('sha256').update(content).digest('hex') as Sha256;
    await artifacts.write({ sha256, bytes: bytes(content.length) }, 'model', [content]);
    return sha256;
  };
  const first = await bring('<h1>First</h1>');
  const put = (sha256: string, who = trainer) => ask('PUT', url, { sha256 }, who);
  t.equal((await put(first, await bearer(tokens, 'viewer'))).status, 403);
  t.match(await put('e'.repeat(64)), { status: 404, body: { detail: /Bring it by/ } });
  t.equal((await put(first)).status, 204);
  await artifacts.remove(first);
  t.ok(await artifacts.find(first), 'nobody else takes it away');
  const second = await bring('<h1>Second</h1>');
  t.equal((await put(second)).status, 204);
  t.equal((await put(second)).status, 204, 'told twice');
  t.equal(await artifacts.find(first), null, 'the one before is gone');
  const page = await app.inject({ url, headers: { authorization: operator } });
  t.match(page, {
    ...{ statusCode: 200, body: '<h1>Second</h1>' },
    headers: {
      ...{ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache' },
      'content-security-policy': /^sandbox; default-src 'none'/,
    },
  });
  t.match((await ask('GET', `/api/models/${digest}`)).body.report, { bytes: 15 });
});

t.test('a version that nobody needs can be removed, with what is its alone', async (t) => {
  const directory = await withExtraFile(
    await writeColourPackage(join(folder, 'extra')),
    randomBytes(100),
  );
  const { model, missing } = (await announce(directory)).body;
  t.equal(missing.length, 1, 'the rest it shares with another');
  const own = missing[0].sha256;
  await bring(directory, missing);
  const report = Buffer.from('<p>A report.</p>');
  const reported = createHash('sha256').update(report).digest('hex') as Sha256;
  await artifacts.write({ sha256: reported, bytes: bytes(report.length) }, 'model', [report]);
  await ask('PUT', `/api/models/${model.digest}/report`, { sha256: reported });
  const url = `/api/models/${model.digest}`;
  t.match(await ask('POST', `${url}/complete`), { body: { state: 'registered' } });
  const remove = (authorization = operator) => ask('DELETE', url, undefined, authorization);
  const needed = async (detail: RegExp) =>
    t.match(await remove(), { status: 409, body: { code: 'CONFLICT', detail } });

  t.match(await remove(await bearer(tokens, 'trainer')), { status: 403 });
  await ask('PUT', `${url}/aliases/champion`, {});
  await needed(/it is champion of colours/);
  await ask('DELETE', `${url}/aliases/champion`);
  const running = (device: string, running: string) =>
    record(
      'reported',
      { slots: { main: { model: running, name: 'x', variant: 'int8' } }, cameras: {} },
      { device },
    );
  await store.commit([running('door-7', model.digest), running('door-8', model.digest)]);
  await needed(/door-7 and 1 more said last that it runs it/);
  await store.commit([running('door-7', digest), running('door-8', digest)]);
  const jobs = new JobStore({ database, now: () => epochMillis(Date.now()) });
  const init = { kind: 'model', package: model.digest } as const;
  const { job } = await jobs.create(plannedJob({ task: parseId('task', 'colours'), init }));
  await needed(/begins from it/);
  await jobs.cancel(job, 'a test');
  const planned = await ask('POST', '/api/rollouts', {
    cargo: { kind: 'model', task: 'colours', slot: 'main', model: model.digest },
    ...{ waves: [{ size: { count: 1 } }], approval: true },
  });
  await needed(/brings it to devices/);
  await ask('POST', `/api/rollouts/${planned.body.rollout}/abort`, {});

  t.equal((await remove()).status, 204);
  t.equal((await remove()).status, 404);
  t.equal((await ask('GET', url)).status, 404);
  t.equal(await artifacts.find(own), null, 'its own file is gone');
  t.equal(await artifacts.find(model.digest), null, 'and its manifest');
  t.equal(await artifacts.find(reported), null, 'and its report');
  t.match((await ask('GET', `/api/models/${digest}/files/golden/0.jpg`)).status, 200);
  t.equal(published.at(-1), 'model.removed');
  const admin = await bearer(tokens, 'admin');
  t.match((await ask('GET', '/api/audit?limit=1', undefined, admin)).body.entries, [
    { action: 'removeModel', subject: url, principal: 'token:a operator' },
  ]);
  t.same((await announce(directory)).body.missing, missing, 'it may come again');
});

t.test('lineage, card and roots', async (t) => {
  t.match((await ask('GET', `/api/models/${digest}/lineage`)).body, {
    ...{ digest, parents: [], dataset: { fingerprint: '0'.repeat(64), version: null } },
  });
  const card = (await ask('GET', `/api/models/${digest}/card.md`)).body;
  t.match(card, /## Accuracy/);
  t.match((await ask('GET', `/api/models/${digest}/card.json`)).body, { model: { digest } });
  const roots = async () => (await ask('GET', '/api/keys/roots')).body.roots;
  t.match(await roots(), [{ signed: { version: 1 } }]);
  const times = { issued: Date.now(), expires: Date.now() + 60_000 };
  await rotateKeyFolder(join(folder, 'keys'), ['package'], [], times);
  t.match(await roots(), [{}, { signed: { version: 2 } }], 'a rotation needs no restart');
});
