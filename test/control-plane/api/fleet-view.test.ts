import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Check } from 'typebox/value';
import { FleetView } from '../../../control-plane/src/resources/fleet.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const [operator, viewer] = await Promise.all([
  bearer(tokens, 'operator'),
  bearer(tokens, 'viewer'),
]);

async function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) {
  const headers = { authorization: operator };
  const answer = await app.inject({ method, url, headers, ...(body && { payload: body }) });
  t.ok(answer.statusCode < 300, `${method} ${url}: ${answer.body}`);
  return answer.json();
}
async function look(since?: number): Promise<FleetView> {
  const query = since === undefined ? '' : `?since=${since}`;
  const answer = await app.inject({
    url: `/api/fleet${query}`,
    headers: { authorization: viewer },
  });
  t.equal(answer.statusCode, 200);
  t.match(answer.headers['content-type'], /^application\/json/);
  t.ok(Check(FleetView, answer.json()), 'as the schema says');
  return answer.json();
}
async function enrol(device: string, tags: readonly string[], more: object = {}): Promise<void> {
  const wanted = { name: device, site: 'works', tags, ...more };
  const { secret } = await ask('POST', '/api/enrolment-tokens', wanted);
  await ask('POST', '/api/enrol', new DeviceKey(device).enrolment(secret));
}
const summary = ({ words, devices, tags }: FleetView) =>
  devices.device.map((device, i) => [
    ...[device, words[devices.site[i] ?? -1], words[devices.state[i] ?? -1]],
    tags.tag.filter((_, at) => tags.device[at] === i).map((place) => words[place]),
  ]);

t.test('whoever knows nobody is told so', async (t) => {
  const { devices, total, whole } = await look();
  t.same([devices.device, total, whole], [[], 0, true]);
});

t.test('what someone changes of a device is told to who has seen it before', async (t) => {
  await enrol('line-1', ['indoors', 'pi-5']);
  await enrol('line-2', []);
  let { revision, ...view } = await look();
  const both = [
    ['line-1', 'works', 'unknown', ['indoors', 'pi-5']],
    ['line-2', 'works', 'unknown', []],
  ];
  t.same(summary({ revision, ...view }), both);
  t.same(view.devices.lastSeenAt, [null, null]);

  const changed = async () => {
    const later = await look(revision);
    ({ revision } = later);
    return summary(later);
  };
  await ask('PATCH', '/api/devices/line-1/registration', { tags: ['outdoors'], site: 'hall' });
  t.same(await changed(), [['line-1', 'hall', 'unknown', ['outdoors']]]);
  await ask('POST', '/api/devices/line-1/revoke');
  t.same(await changed(), [['line-1', 'hall', 'revoked', ['outdoors']]]);
  await enrol('line-1', ['back'], { replace: true });
  t.match(await changed(), [['line-1', 'works', /^(offline|unknown)$/, ['back']]]);
  t.same(await changed(), []);
});

t.test('that one was removed shows in how many there are', async (t) => {
  const before = await look();
  await ask('DELETE', '/api/devices/line-2');
  const { devices, total } = await look(before.revision);
  t.same([devices.device, before.total, total], [[], 2, 1]);
  t.same((await look()).devices.device, ['line-1']);
});

t.test('one that was removed is gone also where another came', async (t) => {
  await ask('DELETE', '/api/devices/line-1');
  await enrol('gate-1', []);
  t.same((await look()).devices.device, ['gate-1']);
  await enrol('line-1', ['back-again']);
  const { devices, total } = await look();
  t.same([devices.device, total], [['gate-1', 'line-1'], 2]);
});

t.test('what is no revision is refused', async (t) => {
  const headers = { authorization: viewer };
  t.match(await app.inject({ url: '/api/fleet?since=-1', headers }), { statusCode: 400 });
});
