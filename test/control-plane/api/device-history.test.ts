import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { HealthHistory } from '../../../control-plane/src/resources/health-history.ts';
import { Timeline } from '../../../control-plane/src/resources/timeline.ts';
import { openForReading } from '../../../control-plane/src/store/open-database.ts';
import { BRIEF_ROWS, WHOLE_ROWS } from '../../../control-plane/src/store/read/read-timeline.ts';
import type { StoreRecord } from '../../../control-plane/src/store/record.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { health } from '../stand/health.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record, row } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'device-history-'));
const store = new Store(folder);
await store.start();
const now = () => epochMillis(MIDNIGHT + 3_600_000);
const { app, tokens } = await createTestApi(t, { folder, store, now });
const authorization = await bearer(tokens, 'viewer');
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const at = (seconds: number) => timestamp(MIDNIGHT + 1000 * seconds);

let seq = 0;
/** Begin and end of an occurrence, in seconds after midnight; null: it goes on. */
function occurrence(i: number, label: string, from: number, to: number | null, camera = 'cam0') {
  const message = { occurrence: id(i), label, topScore: 0.9, startedAt: at(from), frames: 3 };
  const rows: StoreRecord[] = [];
  const add = (type: string, seconds: number, more: object = {}) => {
    seq += 1;
    const changes = { ...message, type, capturedAt: at(seconds), ...more };
    rows.push(row(seq, changes, { camera }));
  };
  add('new', from + 1);
  add('update', from + 2);
  if (to !== null) add('end', to, { endedAt: at(to) });
  return rows;
}
const state = (camera: string, i: number | null, since: number) =>
  record(
    'state',
    {
      label: i === null ? null : 'good',
      score: 0.8,
      since: at(since),
      model: 'a'.repeat(64),
      occurrence: i === null ? null : id(i),
    },
    { camera },
  );

await store.commit([
  ...occurrence(1, 'good', 10, 60),
  ...occurrence(2, 'bad', 100, 110),
  ...occurrence(3, 'good', 3000, null),
  ...occurrence(4, 'good', 500, 900, 'door'),
  state('cam0', 3, 3000),
  state('door', null, 900),
  record('health', { ...health({ up: 30 }) }, { receivedAt: MIDNIGHT + 30_000 }),
  record('health', { ...health({ up: 60 }) }, { receivedAt: MIDNIGHT + 60_000 }),
]);

async function get(path: string, device = 'pi-1') {
  const response = await app.inject({
    url: `/api/devices/${device}/${path}`,
    headers: { authorization },
  });
  return { status: response.statusCode, body: response.json() };
}
const told = ({ intervals }: Timeline) =>
  intervals.map(({ camera, id, label, begin, end }) => [camera, id, label, begin, end]);

t.test('the last hour: what stood before every camera, and what stands there now', async (t) => {
  const { body } = await get('timeline');
  t.ok(Check(Timeline, body));
  t.same(told(body), [
    ['cam0', id(1), 'good', at(10), at(60)],
    ['cam0', id(2), 'bad', at(100), at(110)],
    ['cam0', id(3), 'good', at(3000), null],
    ['door', id(4), 'good', at(500), at(900)],
  ]);
  t.match(body, { from: at(0), to: at(3600), wholeFrom: null });
});

t.test('what begins before a span or ends after it is in it', async (t) => {
  const of = async (from: number, to: number, camera = 'cam0') =>
    told((await get(`timeline?camera=${camera}&from=${at(from)}&to=${at(to)}`)).body).map(
      ([, name]) => name,
    );
  t.same(await of(30, 105), [id(1), id(2)], 'of both');
  t.same(await of(600, 700, 'door'), [id(4)], 'all of it');
  t.same(await of(3100, 3200), [id(3)], 'what goes on');
  t.same(await of(200, 300), []);
});

t.test('many are drawn as some, and none of them is left out', async (t) => {
  const many = Array.from({ length: 2000 }, (_, i) =>
    occurrence(
      100 + i,
      i % 100 === 0 ? 'bad' : 'good',
      4000 + i * 10,
      4005 + i * 10,
      'busy',
    ).filter(({ message }) => (message as { type: string }).type !== 'update'),
  ).flat();
  // Numbers of updates that are not stored are not missed.
  const stream = '33333333-3333-4333-8333-333333333333';
  const rows = many.map((each, i) => ({
    ...each,
    message: { ...each.message, stream, seq: i + 1 },
  }));
  await store.commit([...(rows as StoreRecord[]), state('busy', null, 0)]);
  const { body } = await get(`timeline?camera=busy&from=${at(0)}&to=${at(30_000)}`);
  t.ok(Check(Timeline, body));
  const counts = (label: string) =>
    (body as Timeline).intervals
      .filter((interval) => interval.label === label)
      .reduce((sum, { count }) => sum + count, 0);
  t.same([counts('good'), counts('bad')], [1980, 20]);
  t.ok(body.intervals.length <= 602, `${body.intervals.length}`);
  t.equal(body.wholeFrom, null);
  t.match(body.intervals[0], { id: null, begin: at(4001), end: at(4005), model: null });
});

for (const [what, sql, plan] of [
  [
    'occurrences are found by their index, and ordered by it',
    `${WHOLE_ROWS} ORDER BY captured_at LIMIT 10`,
    /SEARCH d USING INDEX detections_of_occurrences \(device_id=\? AND camera=\? AND captured_at>\? AND captured_at<\?\)/,
  ],
  [
    'of many the index alone is read',
    BRIEF_ROWS,
    /SEARCH detections USING COVERING INDEX detections_of_occurrences \(device_id=\? AND camera=\? AND captured_at>\? AND captured_at<\?\)/,
  ],
] as const) {
  t.test(what, async (t) => {
    const reading = openForReading(folder);
    const found = reading.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1, 'cam0', 0, 1);
    reading.close();
    const steps = (found as { detail: string }[]).map(({ detail }) => detail).join('\n');
    t.match(steps, plan);
    t.notMatch(steps, /TEMP B-TREE|SCAN/);
  });
}

t.test('health of the last hour, and of a span', async (t) => {
  const { body } = await get('health');
  t.ok(Check(HealthHistory, body));
  t.match(body, { device: 'pi-1', from: at(0), to: at(3600), bucketSeconds: 60 });
  t.equal(body.points.length, 60);
  t.match(body.points[1], { at: at(60), framesPerSecond: 0, rssBytes: 1 });
  const { body: day } = await get(`health?from=${at(3600 - 86_400)}&to=${at(3600)}`);
  t.match([day.bucketSeconds, day.points.length], [300, 288]);
});

for (const [what, path, status, code] of [
  ['a device that nobody knows', 'health', 404, 'NOT_FOUND'],
  ['its timeline', 'timeline', 404, 'NOT_FOUND'],
] as const) {
  t.test(what, async (t) => {
    const { status: found, body } = await get(path, 'pi-9');
    t.match([found, body.code], [status, code]);
  });
}

for (const path of [
  `health?from=${at(60)}&to=${at(60)}`,
  `timeline?from=${at(90)}&to=${at(60)}`,
  'health?from=yesterday',
  'health?from=2026-99-99T00:00:00Z',
]) {
  t.test(`refused: ${path}`, async (t) => {
    t.match(await get(path), { status: 400, body: { code: 'REQUEST_INVALID' } });
  });
}
