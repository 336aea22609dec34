import type { CameraId, CameraState, EpochMillis, OccurrenceId, Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { joinFrames } from '../../../../control-plane/src/store/timeline/join-frames.ts';
import { mergeIntervals } from '../../../../control-plane/src/store/timeline/merge-intervals.ts';
import {
  type Interval,
  type OccurrenceRow,
  occurrencesOf,
} from '../../../../control-plane/src/store/timeline/occurrence-rows.ts';
import { pairRows } from '../../../../control-plane/src/store/timeline/pair-rows.ts';

const CAMERA = 'cam0' as CameraId;
const MODEL = 'a'.repeat(64) as Sha256;
const row = (type: 'new' | 'end', id: string, from: number, at: number): OccurrenceRow => ({
  type,
  occurrence: id as OccurrenceId,
  label: 'good',
  score: 0.9,
  model: MODEL,
  started_at: from as EpochMillis,
  captured_at: at as EpochMillis,
});
const cameraState = (id: string, since = 0) =>
  ({
    label: 'good',
    score: 0.7,
    occurrence: id,
    model: MODEL,
    since: new Date(since).toISOString(),
  }) as CameraState;
const told = ({ id, begin, end }: Interval) => [id, begin, end];

for (const [behaviour, rows, state, expected] of [
  ['begun and ended', [row('new', 'a', 10, 12), row('end', 'a', 10, 50)], null, [['a', 10, 50]]],
  ['its begin lies before', [row('end', 'a', 10, 50)], null, [['a', 10, 50]]],
  ['it stands there', [row('new', 'a', 10, 12)], cameraState('a'), [['a', 10, null]]],
  ['of which nothing was stored here', [], cameraState('a', 5), [['a', 5, null]]],
  [
    'ended, whatever the camera said before',
    [row('new', 'a', 10, 12), row('end', 'a', 10, 50)],
    cameraState('a'),
    [['a', 10, 50]],
  ],
  [
    'its end got lost',
    [row('new', 'a', 10, 12), row('new', 'b', 30, 33), row('end', 'b', 30, 40)],
    null,
    [
      ['a', 10, 12],
      ['b', 30, 40],
    ],
  ],
] as const) {
  t.test(behaviour, async (t) => {
    t.same(occurrencesOf(CAMERA, rows, state).map(told), expected);
  });
}

const brief = (type: 'new' | 'end', label: string, at: number) => ({
  type,
  label,
  score: at / 1000,
  captured_at: at as EpochMillis,
});
for (const [behaviour, rows, state, expected] of [
  [
    'an end belongs to the begin before it',
    [brief('new', 'good', 10), brief('end', 'good', 50)],
    null,
    [['good', 10, 50]],
  ],
  ['its begin lies before', [brief('end', 'good', 50)], null, [['good', 50, 50]]],
  [
    'its end got lost',
    [brief('new', 'good', 10), brief('new', 'bad', 30), brief('end', 'bad', 40)],
    null,
    [
      ['good', 10, 10],
      ['bad', 30, 40],
    ],
  ],
  [
    'the end of another',
    [brief('new', 'good', 10), brief('end', 'bad', 40)],
    null,
    [
      ['good', 10, 10],
      ['bad', 40, 40],
    ],
  ],
  ['it stands there', [brief('new', 'good', 10)], cameraState('a'), [['good', 10, null]]],
  ['of which nothing more was heard', [brief('new', 'good', 10)], null, [['good', 10, 10]]],
] as const) {
  t.test(`of an index alone: ${behaviour}`, async (t) => {
    t.same(
      pairRows(CAMERA, rows, state).map(({ label, begin, end }) => [label, begin, end]),
      expected,
    );
  });
}

const frame = (label: string, seconds: number, score = 0.5) => ({
  label,
  score,
  model: MODEL,
  captured_at: (1000 * seconds) as EpochMillis,
});

t.test('frames of one label that follow each other are one interval', async (t) => {
  const frames = [
    frame('good', 1),
    frame('good', 2, 0.8),
    frame('bad', 3),
    frame('good', 4),
    frame('good', 30),
  ];
  t.same(
    joinFrames(CAMERA, frames).map(({ label, begin, end, score, count }) => [
      label,
      begin,
      end,
      score,
      count,
    ]),
    [
      ['good', 1000, 2000, 0.8, 2],
      ['bad', 3000, 3000, 0.5, 1],
      ['good', 4000, 4000, 0.5, 1],
      ['good', 30_000, 30_000, 0.5, 1],
    ],
  );
});

const SPAN = { from: 0 as EpochMillis, to: 1_000_000 as EpochMillis };
const one = (i: number, label: string, id = `${i}`): Interval => ({
  camera: CAMERA,
  id: id as OccurrenceId,
  label,
  score: 0.5,
  model: MODEL,
  count: 1,
  begin: (i * 100) as EpochMillis,
  end: (i * 100 + 50) as EpochMillis,
});

t.test('few are left as they are', async (t) => {
  const few = Array.from({ length: 600 }, (_, i) => one(i, 'good'));
  t.equal(mergeIntervals(few, SPAN), few);
});

t.test('many become as many as can be drawn; none is lost, and a rare label stays', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => one(i, i === 5000 ? 'bad' : 'good'));
  const merged = mergeIntervals(many, SPAN);
  t.ok(merged.length <= 602, `${merged.length}`);
  t.equal(
    merged.reduce((sum, { count }) => sum + count, 0),
    10_000,
  );
  t.match(
    merged.filter(({ label }) => label === 'bad'),
    [{ id: '5000', begin: 500_000, end: 500_050, count: 1 }],
  );
  const [first] = merged;
  t.match(first, { id: null, label: 'good', begin: 0 });
  t.equal(first?.end, ((first?.count ?? 0) - 1) * 100 + 50);
});

t.test('what stands there now stays open, also among many', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => one(i, 'good'));
  const last = { ...(many.at(-1) as Interval), end: null };
  t.match(mergeIntervals([...many.slice(0, -1), last], SPAN).at(-1), { end: null });
});
