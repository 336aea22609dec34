import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import t from 'tap';
import { Check } from 'typebox/value';
import { ReportWatch } from '../../../control-plane/src/configuration/report-watch.ts';
import {
  ConfigurationView,
  DeviceConfiguration,
} from '../../../control-plane/src/resources/configuration.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, audit, database, told } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const viewer = await bearer(tokens, 'viewer');
await store.commit([
  record('status', {
    state: 'online',
    bootId: '00000000-0000-4000-8000-00000000b007' as never,
    agentVersion: '0.1.0',
  }),
]);

async function ask(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: operator, ...headers },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

t.test('a configuration, a second version, a device', async (t) => {
  const settings = { cameras: { cam0: { decide: { enter: 0.8 } } } };
  const made = await ask('POST', '/api/configurations', { configuration: 'night', settings });
  t.equal(made.status, 201);
  t.ok(Check(ConfigurationView, made.body));
  const { etag } = (await ask('GET', '/api/configurations/night')).headers;
  const second = { settings: { health: { interval: '10s' } }, note: 'more often' };
  const versions = '/api/configurations/night/versions';
  const tag = { 'if-match': String(etag) };
  t.match(await ask('POST', versions, second, tag), { status: 201, body: { version: 2 } });
  t.match(await ask('POST', versions, second, tag), { status: 412 }, 'somebody was there before');
  t.match((await ask('GET', versions)).body.versions, [{ version: 2 }, { version: 1, settings }]);
  t.match((await ask('GET', '/api/configurations')).body.configurations, [
    { configuration: 'night', newest: { version: 2 } },
  ]);

  const url = '/api/devices/pi-1/configuration';
  const before = await ask('GET', url);
  t.same(before.body, { device: 'pi-1', assigned: null, reported: null });
  const seen = { 'if-match': String(before.headers.etag) };
  const assigned = await ask('PUT', url, { version: 2 }, seen);
  t.match(assigned, { status: 200, body: { assigned: { version: 2 } } });
  t.ok(Check(DeviceConfiguration, assigned.body));
  t.same(told, ['pi-1'], 'whoever tells devices is told');
  t.match(await ask('PUT', url, { version: 1 }, seen), { status: 412 });
  t.match(await ask('PUT', url, { version: null }), { body: { assigned: { version: null } } });
  t.match((await ask('GET', `${url}/history`)).body.assignments, [
    { version: null },
    { version: 2 },
  ]);
  const actions = (await audit.list({ limit: 10 })).entries.map(({ action }) => action);
  t.same(actions.filter((action) => action === 'assignConfiguration').length, 2);
});

t.test('what a device reports meanwhile is no change by somebody else', async (t) => {
  const url = '/api/devices/pi-1/configuration';
  const reports = new ReportWatch({ database, onChange: () => {}, log: pino({ level: 'silent' }) });
  await reports.start();
  const say = async (state: string) => {
    const configuration = { version: 2, state, since: '2026-11-24T12:00:00.000Z' };
    reports.see([record('reported', { configuration })]);
    await reports.settled();
  };
  await ask('PUT', url, { version: 2 });
  await say('trying');
  const seen = (await ask('GET', url)).headers.etag as string;
  await say('applied');
  const since = await ask('GET', url, undefined, { 'if-none-match': seen });
  t.match(since, { status: 200, body: { reported: { state: 'applied' } } }, 'it is read again');
  const tag = { 'if-match': `W/${seen}` };
  t.match(await ask('PUT', url, { version: 1 }, tag), { status: 200 });
  t.match(await ask('PUT', url, { version: 2 }, tag), { status: 412 }, 'that was somebody');
});

const REFUSED: readonly (readonly ['POST' | 'PUT', string, object, number, RegExp])[] = [
  [
    'POST',
    '/api/configurations',
    { configuration: 'x', settings: { device: 'y' } },
    422,
    /^device: /,
  ],
  ['POST', '/api/configurations', { configuration: 'X', settings: {} }, 400, /configuration/],
  ['POST', '/api/configurations', { configuration: 'x', settings: [] }, 400, /settings/],
  ['POST', '/api/configurations', { configuration: 'night', settings: {} }, 409, /./],
  ['POST', '/api/configurations/day/versions', { settings: {} }, 404, /day/],
  ['PUT', '/api/devices/pi-1/configuration', { version: 99 }, 404, /99/],
  ['PUT', '/api/devices/pi-9/configuration', { version: 1 }, 404, /pi-9/],
];
for (const [method, url, body, status, detail] of REFUSED) {
  t.test(`${method} ${url} ${JSON.stringify(body)} is ${status}`, async (t) => {
    const answer = await ask(method, url, body);
    t.equal(answer.status, status);
    t.match(answer.body.detail, detail);
  });
}

t.test('a viewer only looks', async (t) => {
  const headers = { authorization: viewer };
  t.equal((await ask('GET', '/api/configurations', undefined, headers)).status, 200);
  const made = await ask(
    'POST',
    '/api/configurations',
    { configuration: 'v', settings: {} },
    headers,
  );
  t.equal(made.status, 403);
});
