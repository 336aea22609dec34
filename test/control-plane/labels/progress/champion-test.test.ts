import type { Manifest } from '@edgeloop/protocol';
import t from 'tap';
import {
  championTest,
  testedShare,
} from '../../../../control-plane/src/labels/progress/champion-test.ts';

const near = (a: number, b: number) => Math.abs(a - b) < 5e-4;

t.test('the interval is that of Wilson, 95 %', async (t) => {
  // By R's prop.test(correct = FALSE).
  for (const [right, samples, low, high] of [
    [8, 10, 0.4902, 0.9433],
    [0, 20, 0, 0.1611],
    [20, 20, 0.8389, 1],
    [188, 200, 0.8981, 0.9653],
  ] as const) {
    const share = testedShare(right, samples);
    t.ok(near(share.low, low) && near(share.high, high), JSON.stringify(share));
  }
});

const manifest = (test: object | null) =>
  ({
    classes: ['good', 'scratch', 'dent'],
    ...(test && { metrics: { test } }),
  }) as unknown as Manifest;
const confusion = [
  [90, 10, 0],
  [5, 15, 0],
  [0, 0, 0],
];

t.test('rows are the truth; a class that no sample had was not tested', async (t) => {
  const test = championTest(manifest({ int8: { confusion } }));
  t.match(test?.overall, { right: 105, samples: 120 });
  t.match(test?.classes.get('good'), { right: 90, samples: 100 });
  t.match(test?.classes.get('scratch'), { right: 15, samples: 20 });
  t.equal(test?.classes.get('dent'), null);
});

t.test('of INT8, else of what there is', async (t) => {
  const other = [
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const both = { float32: { confusion: other }, int8: { confusion } };
  t.equal(championTest(manifest(both))?.overall.samples, 120);
  t.equal(championTest(manifest({ float32: { confusion: other } }))?.overall.samples, 1);
  t.equal(championTest(manifest(null)), null, 'a model from elsewhere');
});
