import t from 'tap';
import type { DetectionMixQuery } from '../../../control-plane/src/resources/detection-mix.ts';
import { countMix } from '../../../control-plane/src/store/read/count-mix.ts';
import { MIDNIGHT, OTHER_STREAM } from '../../stand/fleet/messages.ts';
import { ofSqlite } from '../stand/on-postgres.ts';
import { openStore } from '../stand/open-store.ts';
import { row } from './records.ts';

const { writer, reading: database } = openStore(t);
const at = (seconds: number) => new Date(MIDNIGHT + seconds * 1000).toISOString();
const seen = (seq: number, seconds: number, label: string, given: object = {}) =>
  row(seq, { capturedAt: at(seconds), label, ...given });
writer.commit([
  seen(1, 0, 'good', { type: 'new', score: 0.7 }),
  seen(2, 30, 'good', { type: 'update' }),
  seen(3, 59, 'good', { type: 'end' }),
  seen(4, 60, 'scratch', { type: 'new', model: 'b'.repeat(64) }),
  seen(5, 150, 'good', { type: 'frame' }),
  seen(6, 179, 'good', { type: 'frame' }),
  row(
    1,
    { stream: OTHER_STREAM, type: 'new', capturedAt: at(61), label: 'scratch' },
    { device: 'pi-2', site: 'yard', camera: 'cam1' },
  ),
]);
const count = (given: object = {}, most?: number) => {
  const query = { from: at(0), to: at(180), bucket: '1m', ...given } as DetectionMixQuery;
  return countMix(database, query, most);
};
const counts = (given: object = {}) =>
  Object.fromEntries(count(given).classes.map(({ label, counts }) => [label, counts]));

t.test('an occurrence counts once, where it began; a frame for itself', async (t) => {
  const mix = count();
  t.same(mix.buckets, [at(0), at(60), at(120)]);
  t.same(mix.classes, [
    { label: 'good', counts: [1, 0, 2] },
    { label: 'scratch', counts: [0, 2, 0] },
  ]);
  t.match(mix, { counted: 5, countedFrom: at(0), others: null });
});

for (const [name, given, expected] of [
  ['site', { site: 'yard' }, { scratch: [0, 1, 0] }],
  ['device', { device: 'pi-2' }, { scratch: [0, 1, 0] }],
  ['camera', { camera: 'cam1' }, { scratch: [0, 1, 0] }],
  ['label', { label: 'good' }, { good: [1, 0, 2] }],
  ['model', { model: 'b'.repeat(64) }, { scratch: [0, 1, 0] }],
  ['score', { minScore: 0.8, label: 'good' }, { good: [0, 0, 2] }],
  ['time', { from: at(60), to: at(170) }, { scratch: [2, 0], good: [0, 1] }],
  ['nothing', { device: 'pi-9' }, {}],
] as const) {
  t.same(counts(given), expected, `by ${name}`);
}

t.test('of what is too much the latest is counted, and told from when on', async (t) => {
  const { classes, counted, countedFrom } = count({}, 3);
  t.equal(counted, 3);
  t.same(
    classes.map(({ label }) => label),
    ['good', 'scratch'],
  );
  t.equal(Date.parse(countedFrom), MIDNIGHT + 60_001, 'after the last that is not counted');
  t.equal(count({}, 5).countedFrom, at(0), 'as many as may be');
  const looked = count({ minScore: 0.95 }, 3);
  t.same(
    [looked.counted, looked.countedFrom],
    [0, countedFrom],
    'what is looked at in vain counts',
  );
});

t.test('rows are found by one filter, and all that it gives count as looked at', async (t) => {
  const device = 'pi-1';
  const ofDevice = count({ device }, 3);
  t.equal(Date.parse(ofDevice.countedFrom), MIDNIGHT + 59_001, 'an end is looked at, too');
  t.equal(ofDevice.counted, 3);
  const rare = count({ device, label: 'scratch' }, 2);
  t.equal(Date.parse(rare.countedFrom), MIDNIGHT + 60_001, 'others of the device are');
  t.equal(rare.counted, 0);
  t.same(counts({ device, label: 'scratch' }), { scratch: [0, 1, 0] });
});

t.test('classes that are seen least go together', async (t) => {
  const { writer: many, reading: reader } = openStore(t);
  const labels = Array.from({ length: 22 }, (_, i) => `class-${String(i).padStart(2, '0')}`);
  many.commit([...labels, 'class-21'].map((label, i) => seen(i + 1, i, label)));
  const query = { from: at(0), to: at(60), bucket: '1m' } as const;
  const mix = countMix(reader, query);
  t.equal(mix.classes.length, 20);
  t.same(mix.classes[0], { label: 'class-21', counts: [2] });
  t.same(mix.others, [2]);
});

for (const given of [{ to: at(0) }, { to: at(-1) }, { to: at(60 * 501) }] as const) {
  t.throws(() => count(given), { code: 'REQUEST_INVALID' });
}

t.test('an index serves it, without a row being read', ofSqlite(), async (t) => {
  const plan = database
    .prepare(
      `EXPLAIN QUERY PLAN SELECT CAST((d.captured_at - 0) / 60000 AS INTEGER) AS bucket, d.label, count(*) FROM detections d
       WHERE d.type IN ('new', 'frame') AND d.captured_at >= 0 AND d.captured_at < 9 GROUP BY 1, 2`,
    )
    .all();
  t.match(JSON.stringify(plan), /COVERING INDEX detections_by_occurrence/);
});
