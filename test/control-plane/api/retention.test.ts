import { epochMillis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { ClockView } from '../../../control-plane/src/resources/clock.ts';
import {
  RetentionPreview,
  RetentionUsage,
  RetentionView,
} from '../../../control-plane/src/resources/retention.ts';
import { until } from '../../stand/until.ts';
import { arrival, digest, sighting } from '../stand/arrivals.ts';
import { FROZEN_COUNTS } from '../stand/frozen-counts.ts';
import { openTestApi } from '../stand/open-test-api.ts';
import { bearer } from '../stand/test-api.ts';
import { row } from '../store/records.ts';

const DAY = 86_400_000;
const receivedAt = epochMillis(Date.now() - 10 * DAY);
const { app, tokens, audit, database, tasks, store, learning } = await openTestApi(t);
const admin = await bearer(tokens, 'admin');
const operator = await bearer(tokens, 'operator');
const viewer = await bearer(tokens, 'viewer');

async function ask(
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  payload?: object,
  { by = admin, ...headers }: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url: `/api/retention${path}`,
    headers: { authorization: by, ...headers },
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

await tasks.create({ task: parseId('task', 'parts') }, 'a test');
for (const name of ['labelled', 'frozen', 'old', 'young']) {
  await learning.samples.admit(arrival(name, sighting()));
}
await database
  .updateTable('samples')
  .set({ received_at: receivedAt })
  .where('sha256', '!=', digest('young'))
  .execute();
await learning.labels.say(
  ...([parseId('task', 'parts'), digest('labelled'), { kind: 'none' }] as const),
  { by: 'a', settles: false },
);
await database
  .insertInto('dataset_versions')
  .values({
    task: parseId('task', 'parts'),
    number: 1,
    classes: '["a"]',
    counts: FROZEN_COUNTS,
    fingerprint: digest('1'),
    created_by: 'a test',
    created_at: epochMillis(1),
  })
  .execute();
await database
  .insertInto('dataset_samples')
  .values({
    task: parseId('task', 'parts'),
    number: 1,
    sha256: digest('frozen'),
    label: 'a',
    side: 'train',
    unbiased: 0,
    device: null,
    camera: null,
    removed_at: null,
  })
  .execute();
await store.commit([1, 2, 3].map((seq) => ({ ...row(seq), receivedAt })));
const left = async () => {
  const rows = await database.selectFrom('samples').select('sha256').orderBy('id').execute();
  return rows.map(({ sha256 }) => sha256);
};

t.test('what would go is said, and nothing is changed by that', async (t) => {
  const settings = { detectionAge: DAY, sampleAge: 5 * DAY };
  const { status, body } = await ask('POST', '/preview', { settings });
  t.equal(status, 200);
  t.ok(Check(RetentionPreview, body));
  t.match(body, {
    detections: { count: 2 },
    samples: { count: 1, bytes: 1000 },
    pictures: { count: 0, bytes: 0 },
    kept: { count: 2, bytes: 2000 },
  });
  t.same((await ask('GET', '')).body.settings, {});
  t.equal((await left()).length, 4);
  t.match((await ask('POST', '/preview', { settings: {} })).body, { samples: { count: 0 } });
});

t.test('what is set holds at once; what is labelled or in a dataset stays', async (t) => {
  const before = await ask('GET', '', undefined, { by: viewer });
  t.ok(Check(RetentionView, before.body));
  const seen = { 'if-match': String(before.headers.etag) };
  const change = { settings: { sampleAge: 5 * DAY, pictureAge: null } };
  const set = await ask('PUT', '', change, seen);
  t.equal(set.status, 200);
  t.match(set.body, { ...change, bounds: { ...change.settings, sampleBytes: null } });
  t.match(await ask('PUT', '', change, seen), { status: 412 }, 'somebody was there before');
  t.same((await ask('PUT', '', change)).body, set.body, 'the same again is the same');
  t.same((await ask('GET', '')).body, set.body);
  // The rules look each minute otherwise.
  await until(async () => (await left()).length === 3);
  t.same(await left(), ['labelled', 'frozen', 'young'].map(digest));
  const { entries } = await audit.list({ limit: 10, action: 'setRetention' });
  t.match(entries, [{ principal: 'token:a admin', request: change }, { request: change }]);
  t.same((await audit.list({ limit: 10, action: 'previewRetention' })).entries, []);
});

t.test('what is there is measured as the bounds are', async (t) => {
  const { body } = await ask('GET', '/usage', undefined, { by: viewer });
  t.ok(Check(RetentionUsage, body));
  t.match(body, { samples: 3000, pictures: 0, disk: { state: 'room' } });
  t.ok(body.database > 100_000);
});

t.test('what is not as it must be is refused', async (t) => {
  for (const [body, status, detail] of [
    [{ settings: { sampleAge: 5000 } }, 400, /Expected from 86400000 ms \(1 d\).*received 5000/],
    [{ settings: { sampleAge: '90d' } }, 400, /sampleAge/],
    [{ settings: { sampelAge: DAY } }, 400, /sampelAge.*sampleAge/],
    [undefined, 400, /Expected a body .* with settings/],
  ] as const) {
    for (const [method, path] of [
      ['PUT', ''],
      ['POST', '/preview'],
    ] as const) {
      const answer = await ask(method, path, body);
      t.equal(answer.status, status);
      t.match(answer.body.detail, detail);
    }
  }
  for (const by of [viewer, operator]) {
    t.match(await ask('PUT', '', { settings: {} }, { by }), { status: 403 });
    t.match(await ask('POST', '/preview', { settings: {} }, { by }), { status: 403 });
  }
});

t.test('whether the clock is believed; who confirms it must have the same time', async (t) => {
  const { body } = await ask('GET', '/clock', undefined, { by: viewer });
  t.ok(Check(ClockView, body));
  t.match(body, { doubt: null });
  const asked = { now: new Date().toISOString() };
  t.match(await ask('POST', '/clock', asked, { by: operator }), { status: 403 });
  t.match(await ask('POST', '/clock', { now: '2038-01-19T03:14:08.000Z' }), {
    status: 409,
    body: { detail: /agrees with yours to 5 min/ },
  });
  t.match(await ask('POST', '/clock', { now: 'noon' }), { status: 400 });
  t.match(await ask('POST', '/clock', asked), { status: 200, body: { doubt: null } });
});
