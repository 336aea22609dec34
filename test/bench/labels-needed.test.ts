import t from 'tap';
import { labelsNeeded } from '../../bench/labels/labels-needed.ts';

const curve = [
  { labels: 30, accuracy: 0.5 },
  { labels: 60, accuracy: 0.7 },
  { labels: 90, accuracy: 0.65 },
  { labels: 120, accuracy: 0.9 },
];

for (const [accuracy, labels, why] of [
  [0.4, 30, 'the first labels were enough'],
  [0.5, 30, 'at a point'],
  [0.6, 45, 'between two'],
  [0.8, 108, 'the first time that it is reached'],
  [0.95, Number.POSITIVE_INFINITY, 'never'],
] as const) {
  t.test(`${accuracy} takes ${labels} labels: ${why}`, async (t) => {
    t.equal(Math.round(labelsNeeded(curve, accuracy) * 1e6) / 1e6, labels);
  });
}
