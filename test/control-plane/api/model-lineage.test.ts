import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { epochMillis, type LeaseId, parseId, type Sha256, seconds } from '@edgeloop/protocol';
import t from 'tap';
import type { Verdict } from '../../../control-plane/src/jobs/gate/verdict.ts';
import { JobStore } from '../../../control-plane/src/jobs/job-store.ts';
import { Leases } from '../../../control-plane/src/jobs/leases.ts';
import { withExtraFile, writeColourPackage } from '../../stand/models/colour-package.ts';
import { plannedJob } from '../jobs/stand/planned-job.ts';
import { FROZEN_COUNTS } from '../stand/frozen-counts.ts';
import { health, OTHER_BOOT } from '../stand/health.ts';
import { openModelApi } from '../stand/model-api.ts';
import { record } from '../store/records.ts';

const { folder, store, database, ask, announce, register } = await openModelApi(t);
const digest = await register();

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
    package: digest,
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
  const other = await withExtraFile(
    await writeColourPackage(join(folder, 'other')),
    randomBytes(100),
  );
  await announce(other);
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

t.test('a list says on which dataset version each was trained', async (t) => {
  const list = async () => (await ask('GET', `/api/models?digest=${digest}`)).body.models;
  t.match(await list(), [{ digest, datasetVersion: null }], 'elsewhere');
  const fingerprint = '0'.repeat(64) as Sha256;
  const version = { fingerprint, created_at: epochMillis(0), created_by: 'token:op' };
  await database
    .insertInto('dataset_versions')
    .values(
      [7, 8].map((number) => ({
        ...version,
        number,
        task: parseId('task', 'colours'),
        classes: '[]',
        counts: FROZEN_COUNTS,
      })),
    )
    .execute();
  t.match(await list(), [{ digest, datasetVersion: 7 }], 'the first of that fingerprint');
  await database.deleteFrom('dataset_versions').execute();
});

t.test('lineage and card', async (t) => {
  t.match((await ask('GET', `/api/models/${digest}/lineage`)).body, {
    digest,
    parents: [],
    dataset: { fingerprint: '0'.repeat(64), version: null },
  });
  const card = (await ask('GET', `/api/models/${digest}/card.md`)).body;
  t.match(card, /## Accuracy/);
  t.match((await ask('GET', `/api/models/${digest}/card.json`)).body, { model: { digest } });
});
