import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceCredential, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { DevicePage } from '../../../control-plane/src/resources/device.ts';
import { Registration } from '../../../control-plane/src/resources/registration.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { arrival, sighting } from '../stand/arrivals.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record, row } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, audit, database } = await createTestApi(t, {
  folder,
  store,
  around: { owner: { name: 'edgeloop', password: 'of the owner' } },
});
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const viewer = await bearer(tokens, 'viewer');

interface RequestOptions {
  readonly authorization?: string;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

async function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  { authorization = operator, headers, from = '127.0.0.1' }: RequestOptions = {},
) {
  const answer = await app.inject({
    method,
    url,
    remoteAddress: from,
    headers: { host: 'edgeloop.lan:8080', ...(authorization && { authorization }), ...headers },
    ...(body && { payload: body }),
  });
  const { statusCode: status, headers: given, body: text } = answer;
  return { status, headers: given, body: text === '' ? null : JSON.parse(text) };
}

const NOBODY = { authorization: '' };

async function enrol(device: string, wanted: object = {}): Promise<DeviceKey> {
  const { secret } = (
    await ask('POST', '/api/enrolment-tokens', { name: device, site: 'works', ...wanted })
  ).body;
  const key = new DeviceKey(device);
  const { status, body } = await ask('POST', '/api/enrol', key.enrolment(secret), NOBODY);
  t.equal(status, 201, JSON.stringify(body));
  return key;
}

t.test('a device enrols with the token alone, and is told where everything is', async (t) => {
  const wanted = { name: 'line', site: 'works', uses: 2, devices: 'line-*' };
  const made = await ask('POST', '/api/enrolment-tokens', wanted);
  t.match(made, { status: 201, body: { token: { ...wanted, used: 0 }, secret: /^ele_/ } });
  const request = new DeviceKey('line-1').enrolment(made.body.secret);
  const { status, body } = await ask('POST', '/api/enrol', request, NOBODY);
  t.equal(status, 201);
  t.ok(Check(DeviceCredential, body), 'as the schema says');
  t.match(body, {
    device: 'line-1',
    site: 'works',
    generation: 1,
    server: 'http://edgeloop.lan:8080',
    credential: { username: 'line-1' },
    mqtt: { url: 'mqtt://edgeloop.lan:1883' },
  });
  const { entries } = await audit.list({ action: 'enrolDevice', limit: 1 });
  t.match(entries, [
    { principal: 'nobody', request: { device: 'line-1', token: made.body.token.id } },
  ]);
  const listed = await ask('GET', '/api/enrolment-tokens');
  t.match(listed.body.tokens, [{ name: 'line', used: 1 }]);
  t.notOk(JSON.stringify(listed.body).includes(made.body.secret.slice(4)));
  await ask('DELETE', `/api/enrolment-tokens/${made.body.token.id}`);
  const late = new DeviceKey('line-2').enrolment(made.body.secret);
  t.match(await ask('POST', '/api/enrol', late, NOBODY), { status: 401 });
});

t.test('who guesses tokens must wait', async (t) => {
  const from = { ...NOBODY, from: '10.3.0.1' };
  for (let i = 0; i < 4; i++) {
    const guess = new DeviceKey('pi-1').enrolment(`ele_guess${i}`);
    t.equal((await ask('POST', '/api/enrol', guess, from)).status, 401);
  }
  const next = await ask('POST', '/api/enrol', new DeviceKey('a').enrolment('ele_x'), from);
  t.match(next, { status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
  const renewal = await ask('POST', '/api/device/credential', new DeviceKey('a').renewal(1), from);
  t.equal(renewal.status, 429, 'nor keys');
});

t.test('another password: by the key, by an operator, and not by a viewer', async (t) => {
  const key = await enrol('rot-1');
  const second = await ask('POST', '/api/device/credential', key.renewal(1), NOBODY);
  t.match(second, { status: 200, body: { generation: 2, credential: { password: /^eld_/ } } });
  const replayed = await ask('POST', '/api/device/credential', key.renewal(1), NOBODY);
  t.match(replayed, { status: 409, body: { detail: /^Expected generation 2,/ } });
  t.match(await ask('POST', '/api/devices/rot-1/credential'), { body: { generation: 3 } });
  for (const [method, path, role] of [
    ['POST', '/api/devices/rot-1/credential', viewer],
    ['POST', '/api/devices/rot-1/revoke', viewer],
    ['DELETE', '/api/devices/rot-1', viewer],
    ['PATCH', '/api/devices/rot-1/registration', viewer],
    ['POST', '/api/enrolment-tokens', viewer],
    ['GET', '/api/subscribers', viewer],
    ['POST', '/api/broker/authorize', viewer],
  ] as const) {
    const body = path.endsWith('registration') ? {} : undefined;
    const { status } = await ask(method, path, body, { authorization: role });
    t.equal(status, 403, `${method} ${path}`);
  }
});

t.test('a change goes through where nobody else has changed it', async (t) => {
  await enrol('pi-if', { tags: ['a'] });
  const path = '/api/devices/pi-if/registration';
  const first = await ask('GET', path, undefined, { authorization: viewer });
  t.ok(Check(Registration, first.body));
  const headers = { 'if-match': String(first.headers.etag) };
  const change = { tags: ['b'], attributes: { row: 3, name: 'left' } };
  t.match(await ask('PATCH', path, change, { headers }), { status: 200, body: change });
  const late = await ask('PATCH', path, { tags: ['c'] }, { headers });
  t.match(late, { status: 412, body: { code: 'PRECONDITION_FAILED' } });
  t.match(await ask('GET', path), { body: change });
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, i]));
  t.match(await ask('PATCH', path, { attributes: many }), {
    status: 400,
    body: { detail: /at most 32 entries/ },
  });
  t.match(await ask('PATCH', path, { colour: 'red' }), { status: 400 });
  t.match(await ask('GET', '/api/devices/none/registration'), { status: 404 });
});

t.test('devices are found by tag and attribute', async (t) => {
  for (const [device, tags, attributes] of [
    ['tag-1', ['x', 'y'], { line: 3 }],
    ['tag-2', ['x'], { line: '3', floor: 'top' }],
    ['tag-3', ['y'], { line: 4 }],
  ] as const) {
    await enrol(device, { tags });
    await ask('PATCH', `/api/devices/${device}/registration`, { attributes });
  }
  for (const [query, found] of [
    ['tag=x', ['tag-1', 'tag-2']],
    ['tag=y&attribute.line=3', ['tag-1']],
    ['attribute.line=3', ['tag-1', 'tag-2']],
    ['attribute.line=3&attribute.floor=top', ['tag-2']],
    ['attribute.line=', []],
    ['tag=none', []],
    ['tag=x&site=yard', []],
  ] as const) {
    const { body } = await ask('GET', `/api/devices?${query}`);
    t.ok(Check(DevicePage, body), query);
    t.same(
      body.devices.map(({ device }: { device: string }) => device),
      found,
      query,
    );
  }
  const { body } = await ask('GET', '/api/devices/tag-2');
  t.match(body, { tags: ['x'], attributes: { line: '3', floor: 'top' }, enrolledAt: String });
  t.match(body, { state: 'unknown', lastSeenAt: null, revokedAt: null });
  t.match(await ask('GET', '/api/devices?attributes.line=3'), { status: 400 });
});

t.test('decommissioned, all that was stored of a device is gone', async (t) => {
  await enrol('old-1');
  const of = { device: 'old-1' };
  const rows = Array.from({ length: 1500 }, (_, i) => row(i + 1, {}, of));
  const stream = '22222222-2222-4222-8222-222222222222';
  await store.commit([
    ...rows,
    row(1, {}, { device: 'other' }),
    record('tombstones', { stream, from: 1, to: 9, reason: 'age' }, of),
    record('state', { label: 'a' }, { ...of, camera: 'cam0' }),
  ]);
  const { status, body } = await ask('DELETE', '/api/devices/old-1');
  t.match({ status, body }, { status: 200, body: { detections: 1500, pictures: null } });
  t.match(await ask('GET', '/api/devices/old-1'), { status: 404 });
  t.match(await ask('GET', '/api/detections?device=old-1'), { body: { detections: [] } });
  const { body: left } = await ask('GET', '/api/detections?device=other');
  t.equal(left.detections.length, 1, 'and nothing of another');
  const revoked = await enrol('old-1');
  t.match(await ask('POST', `/api/devices/${revoked.device}/revoke`), {
    body: { revokedAt: String },
  });
  t.match(await ask('GET', '/api/devices/old-1'), { body: { state: 'offline' } });
});

t.test('pictures may be asked for while a device leaves, and after', async (t) => {
  const samples = new SampleStore({ database, now: () => epochMillis(Date.now()) });
  const remove = (device: string, query = '') => ask('DELETE', `/api/devices/${device}${query}`);
  for (const device of ['pic-1', 'pic-2']) {
    await enrol(device);
    await samples.admit(arrival(`of ${device}`, sighting({ device })));
  }
  const [first, second] = await Promise.all([remove('pic-1'), remove('pic-1', '?pictures=true')]);
  t.equal(first.status, 200);
  t.match(second, { status: 200, body: { pictures: 1 } }, 'while it leaves');
  t.match(await remove('pic-2'), { status: 200, body: { pictures: null } });
  t.match(await remove('pic-2', '?pictures=true'), { status: 200, body: { pictures: 1 } }, 'after');
  t.match(await remove('pic-2', '?pictures=true'), { status: 404 });
});

t.test('a broker of another make asks who may what', async (t) => {
  const made = await ask('POST', '/api/subscribers', { name: 'wall', sites: ['works'] });
  t.match(made, { status: 201, body: { subscriber: { name: 'wall' }, password: /^els_/ } });
  t.match(made.body.mqtt, { url: /^mqtt:\/\/.+:1883$/ }, 'and where it listens');
  const { password } = made.body;
  const login = (username: string, secret: string, clientid = 'any') =>
    ask('POST', '/api/broker/authenticate', { clientid, username, password: secret });
  t.match(await login('wall', password), { status: 200, body: { result: 'allow' } });
  t.match(await login('wall', 'no'), { body: { result: 'deny' } });
  const key = await enrol('emqx-1');
  const { body } = await ask('POST', '/api/device/credential', key.renewal(1), NOBODY);
  t.match(await login('emqx-1', body.credential.password, 'emqx-1'), { body: { result: 'allow' } });
  t.match(await login('emqx-1', body.credential.password, 'pi-2'), { body: { result: 'deny' } });
  for (const [username, action, topic, retain, result] of [
    ['emqx-1', 'publish', 'edgeloop/v1/works/emqx-1/status', 'true', 'allow'],
    ['emqx-1', 'publish', 'edgeloop/v1/works/emqx-1/health', 'true', 'deny'],
    ['emqx-1', 'publish', 'edgeloop/v1/works/pi-1/status', 'false', 'deny'],
    ['emqx-1', 'subscribe', 'edgeloop/v1/works/emqx-1/delivered', '', 'allow'],
    ['emqx-1', 'subscribe', 'edgeloop/v1/+/emqx-1/delivered', '', 'deny'],
    ['wall', 'subscribe', 'edgeloop/v1/works/#', '', 'allow'],
    ['wall', 'subscribe', '#', '', 'deny'],
    ['wall', 'publish', 'edgeloop/v1/works/emqx-1/status', '', 'deny'],
    ['nobody', 'subscribe', 'edgeloop/v1/works/#', '', 'deny'],
  ] as const) {
    const asked = { username, action, topic, retain };
    const answer = await ask('POST', '/api/broker/authorize', asked);
    t.match(answer, { status: 200, body: { result } }, JSON.stringify(asked));
  }
  // The bodies that the example configuration makes EMQX send: text in every place, an unknown one
  // as "undefined".
  const example = await readFile(
    new URL('../../../docs/examples/emqx.conf', import.meta.url),
    'utf8',
  );
  const bodies = [...example.matchAll(/body \{(.*?)\}\n/gs)].map(([, lines]) =>
    [...(lines as string).matchAll(/(\w+) = "\$\{(\w+)\}"/g)].map(([, key, from]) => [key, from]),
  ) as [string, string][][];
  t.equal(bodies.length, 2);
  const filled = (body: number, values: Record<string, string>) =>
    Object.fromEntries(bodies[body]!.map(([key, from]) => [key, values[from] ?? 'undefined']));
  const allowed = async (path: string, body: object) =>
    (await ask('POST', `/api/broker/${path}`, body)).body.result;
  const asClient = { clientid: 'emqx-1', username: 'emqx-1', password: body.credential.password };
  t.equal(await allowed('authenticate', filled(0, asClient)), 'allow');
  t.equal(
    await allowed('authenticate', filled(0, { clientid: 'auto-1' })),
    'deny',
    'without a name',
  );
  const told = 'edgeloop/v1/works/emqx-1/delivered';
  const status = { topic: 'edgeloop/v1/works/emqx-1/status', qos: '1', retain: 'true' };
  const says = { ...asClient, ...status, action: 'publish' };
  t.equal(await allowed('authorize', filled(1, says)), 'allow');
  t.equal(await allowed('authorize', filled(1, { ...says, topic: told })), 'deny');
  const hears = { ...asClient, topic: told, qos: '1', action: 'subscribe' };
  t.equal(await allowed('authorize', filled(1, hears)), 'allow', 'a subscription retains nothing');
  const own = { clientid: 'edgeloop-ingest', username: 'edgeloop', password: 'of the owner' };
  t.equal(await allowed('authenticate', filled(0, own)), 'allow', 'the control plane itself');
  t.equal(await allowed('authenticate', filled(0, { ...own, password: 'x' })), 'deny');
  t.equal(await allowed('authorize', filled(1, { ...says, ...own, topic: told })), 'allow');
  t.equal(await allowed('authorize', filled(1, { ...says, ...own, topic: 'elsewhere' })), 'deny');
  const all = { ...own, action: 'subscribe', topic: 'edgeloop/v1/+/+/status' };
  t.equal(await allowed('authorize', filled(1, all)), 'allow');

  const renewed = await ask('POST', '/api/subscribers/wall/credential');
  t.match(await login('wall', password), { body: { result: 'deny' } });
  t.match(await login('wall', renewed.body.password), { body: { result: 'allow' } });
  t.match(await ask('GET', '/api/subscribers'), { body: { subscribers: [{ generation: 2 }] } });
  t.equal((await ask('DELETE', '/api/subscribers/wall')).status, 200);
  t.match(await login('wall', renewed.body.password), { body: { result: 'deny' } });
});
