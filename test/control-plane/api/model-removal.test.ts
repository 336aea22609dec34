import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { epochMillis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { JobStore } from '../../../control-plane/src/jobs/job-store.ts';
import { withExtraFile, writeColourPackage } from '../../stand/models/colour-package.ts';
import { plannedJob } from '../jobs/stand/planned-job.ts';
import { openModelApi } from '../stand/model-api.ts';
import { bearer } from '../stand/test-api.ts';
import { record } from '../store/records.ts';

const models = await openModelApi(t);
const { folder, store, database, artifacts, tokens, operator, published } = models;
const { ask, announce, bring, bringReport } = models;
const digest = await models.register();

t.test('a version that nobody needs can be removed, with what is its alone', async (t) => {
  const directory = await withExtraFile(
    await writeColourPackage(join(folder, 'extra')),
    randomBytes(100),
  );
  const { model, missing } = (await announce(directory)).body;
  t.equal(missing.length, 1, 'the rest it shares with another');
  const own = missing[0].sha256;
  await bring(directory, missing);
  const reported = await bringReport('<p>A report.</p>');
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
    waves: [{ size: { count: 1 } }],
    approval: true,
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
