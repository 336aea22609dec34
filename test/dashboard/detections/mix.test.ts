import t from 'tap';
import { classIndexOf } from '../../../control-plane/dashboard/src/detections/class-index.ts';
import { bucketsFor } from '../../../control-plane/dashboard/src/detections/mix/buckets.ts';
import { axis, OTHERS, stack } from '../../../control-plane/dashboard/src/detections/mix/stack.ts';
import type { DetectionMix } from '../../../control-plane/src/resources/detection-mix.ts';
import { BUCKETS, MOST_BUCKETS } from '../../../control-plane/src/resources/mix-buckets.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 12, 34, 56);

t.test('buckets are as long as suits the time, and never too many', async (t) => {
  for (const [hours, bucket] of [
    [0.01, '1m'],
    [1, '1m'],
    [6, '5m'],
    [24, '15m'],
    [72, '1h'],
    [24 * 7, '6h'],
    [24 * 30, '6h'],
    [24 * 90, '1d'],
    [24 * 4000, '1d'],
  ] as const) {
    const buckets = bucketsFor(NOW - hours * HOUR, NOW, 0);
    t.equal(buckets.bucket, bucket, `${hours} h`);
    t.equal(buckets.millis, BUCKETS[bucket], 'as the API has it');
    t.ok((NOW - buckets.from) / buckets.millis <= MOST_BUCKETS);
  }
});

t.test('they begin at a whole hour or day of the reader', async (t) => {
  const india = 5.5 * HOUR;
  t.equal(bucketsFor(NOW - 24 * HOUR, NOW, 0).from, Date.UTC(2026, 10, 23, 12, 30));
  t.equal(bucketsFor(NOW - 60 * 24 * HOUR, NOW, 0).from, Date.UTC(2026, 8, 25));
  t.equal(bucketsFor(NOW - 60 * 24 * HOUR, NOW, india).from, Date.UTC(2026, 8, 24, 18, 30));
});

t.test('classes stand on one another, what was not seen is not drawn', async (t) => {
  const mix = {
    buckets: ['a', 'b'],
    classes: [
      { label: 'good', counts: [3, 0] },
      { label: 'scratch', counts: [1, 2] },
    ],
    others: [0, 4],
  } as unknown as DetectionMix;
  t.same(stack(mix), {
    highest: 6,
    buckets: [
      [
        { label: 'good', count: 3, below: 0 },
        { label: 'scratch', count: 1, below: 3 },
      ],
      [
        { label: 'scratch', count: 2, below: 0 },
        { label: OTHERS, count: 4, below: 2 },
      ],
    ],
  });
});

for (const [highest, lines] of [
  [0, [0, 1]],
  [1, [0, 1]],
  [4, [0, 1, 2, 3, 4]],
  [6, [0, 2, 4, 6]],
  [17, [0, 5, 10, 15, 20]],
  [1999, [0, 500, 1000, 1500, 2000]],
] as const) {
  t.same(axis(highest), { end: lines.at(-1), lines }, `an axis to ${highest}`);
}

t.test(
  'a class has its place in the task of its model, else in the first that has it',
  async (t) => {
    const tasks = [
      { task: 'parts', classes: ['good', 'bad'] },
      { task: 'caps', classes: ['dent', 'good'] },
    ];
    const models = [{ digest: 'm', task: 'caps' }];
    const index = classIndexOf(tasks as never, models as never);
    t.same(
      ['good', 'bad', 'dent', 'rust'].map((label) => index(label)),
      [0, 1, 0, -1],
    );
    t.same([index('good', 'm'), index('good', 'another'), index('bad', 'm')], [1, 0, 1]);
  },
);
