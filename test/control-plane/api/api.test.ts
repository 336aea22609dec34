import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { Check } from 'typebox/value';
import { Problem } from '../../../control-plane/src/api/problem.ts';
import { DetectionPage } from '../../../control-plane/src/resources/detection.ts';
import { DevicePage, DeviceView } from '../../../control-plane/src/resources/device.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { OTHER_STREAM } from '../../stand/fleet/messages.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record, row } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const problems: string[] = [];
const { app, tokens } = await createTestApi(t, { folder, store, problems: () => problems });
const authorization = await bearer(tokens, 'viewer');
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const occurrence = {
  type: 'new',
  stream: OTHER_STREAM,
  occurrence: '33333333-3333-4333-8333-333333333333',
  topScore: 0.9,
  startedAt: '2026-11-24T00:00:00.000Z',
  frames: 3,
};
await store.commit([
  row(1),
  row(2),
  row(1, occurrence, { device: 'pi-2' }),
  record('status', {
    state: 'online',
    bootId: '00000000-0000-4000-8000-00000000b007',
    agentVersion: '0.1.0',
  }),
  record('tombstones', { stream: OTHER_STREAM, from: 2, to: 9, reason: 'age' }, { device: 'pi-2' }),
]);

async function get(url: string) {
  const response = await app.inject({ url, headers: { authorization } });
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    text: response.body,
  };
}

for (const [url, schema, expected] of [
  [
    '/api/devices',
    DevicePage,
    {
      devices: [
        { device: 'pi-1', state: 'online' },
        { device: 'pi-2', state: 'unknown' },
      ],
      next: null,
    },
  ],
  ['/api/devices?state=online', DevicePage, { devices: [{ device: 'pi-1' }], next: null }],
  ['/api/devices?site=yard', DevicePage, { devices: [] }],
  ['/api/devices?limit=1', DevicePage, { devices: [{ device: 'pi-1' }], next: String }],
  [
    '/api/devices/pi-2',
    DeviceView,
    {
      device: 'pi-2',
      silentAfterMillis: 600_000,
      now: Number,
      streams: [
        { through: 9, stored: 1, lost: 8, tombstones: [{ from: 2, to: 9, reason: 'age' }] },
      ],
      streamsInAll: 1,
    },
  ],
  ['/api/detections', DetectionPage, { detections: [{ seq: 2 }, { seq: 1 }, { seq: 1 }] }],
  ['/api/detections?type=new', DetectionPage, { detections: [{ device: 'pi-2', frames: 3 }] }],
  [
    '/api/detections?minScore=0.5&limit=1&order=oldest',
    DetectionPage,
    { detections: [{ seq: 1 }] },
  ],
] as const) {
  t.test(`GET ${url}`, async (t) => {
    const { status, text } = await get(url);
    t.equal(status, 200, text);
    const answer = JSON.parse(text);
    t.match(answer, expected);
    t.ok(Check(schema, answer), 'as the schema says');
  });
}

t.test('the next page begins where the last ended', async (t) => {
  const first = JSON.parse((await get('/api/devices?limit=1')).text);
  const second = JSON.parse((await get(`/api/devices?limit=1&cursor=${first.next}`)).text);
  t.match(second.devices, [{ device: 'pi-2' }]);
});

for (const [url, status, code, message] of [
  [
    '/api/detections?lable=good',
    400,
    'REQUEST_INVALID',
    /unknown parameter lable\. Did you mean "label"\?/,
  ],
  [
    '/api/detections?limit=0',
    400,
    'REQUEST_INVALID',
    /a whole number at least 1 and at most 1000 for limit, received 0/,
  ],
  ['/api/detections?limit=many', 400, 'REQUEST_INVALID', /for limit, received "many"/],
  [
    '/api/detections?order=newst',
    400,
    'REQUEST_INVALID',
    /"newest" or "oldest" or "stored" for order/,
  ],
  [
    '/api/detections?from=yesterday',
    400,
    'REQUEST_INVALID',
    /In the query: expected a time such as \S+ for from, received "yesterday"/,
  ],
  ['/api/detections?cursor=nonsense', 400, 'REQUEST_INVALID', /Expected a cursor/],
  ['/api/detections?label=a&label=b', 400, 'REQUEST_INVALID', /label/],
  ['/api/devices?state=asleep', 400, 'REQUEST_INVALID', /for state/],
  [
    '/api/devices/pi-9',
    404,
    'NOT_FOUND',
    /a device that has enrolled or connected before, received pi-9/,
  ],
  [
    '/api/devices/Pi%201',
    400,
    'REQUEST_INVALID',
    /In the path: expected 1–63 lower-case letters, digits or inner dashes for device/,
  ],
  ['/api/nothing', 404, 'NOT_FOUND', /openapi\.json, received GET \/api\/nothing/],
] as const) {
  t.test(`GET ${url} is refused`, async (t) => {
    const answer = await get(url);
    t.equal(answer.status, status);
    const body = JSON.parse(answer.text);
    t.ok(Check(Problem, body), 'in the one shape');
    t.match(answer.type, 'application/problem+json');
    t.equal(body.code, code);
    t.match(body.detail, message);
  });
}

t.test('healthz says what is wrong', async (t) => {
  t.match(await get('/healthz'), {
    status: 200,
    text: '{"ok":true,"version":"1.2.3","problems":[]}',
  });
  problems.push('no connection to the broker');
  const { status, text } = await get('/healthz');
  t.equal(status, 503);
  t.match(JSON.parse(text), { ok: false, problems: ['no connection to the broker'] });
});

t.test('metrics are text', async (t) => {
  t.match(await get('/metrics'), {
    status: 200,
    type: /text\/plain; version=0\.0\.4/,
    text: 'up 1\n',
  });
});

t.test('over a network a long answer comes compressed, to who takes that', async (t) => {
  const get = (remoteAddress: string, accepted?: string) =>
    app.inject({
      url: '/api/openapi.json',
      remoteAddress,
      headers: { authorization, ...(accepted && { 'accept-encoding': accepted }) },
    });
  const zipped = await get('10.0.0.7', 'br, gzip');
  t.match(zipped.headers, { 'content-encoding': 'gzip', vary: 'accept-encoding', etag: /^W\/"/ });
  const text = gunzipSync(zipped.rawPayload).toString();
  for (const [address, accepted] of [
    ['127.0.0.1', 'gzip'],
    ['::ffff:127.0.0.1', 'gzip'],
    ['10.0.0.7', undefined],
    ['10.0.0.7', 'gzip;q=0, br'],
  ] as const) {
    const plain = await get(address, accepted);
    t.equal(plain.headers['content-encoding'], undefined, `${address} ${accepted}`);
    t.equal(plain.body, text);
    t.equal(`W/${plain.headers.etag}`, zipped.headers.etag);
  }
  const headers = { authorization, 'if-none-match': String(zipped.headers.etag) };
  t.match(await app.inject({ url: '/api/openapi.json', headers }), { statusCode: 304 });
});
