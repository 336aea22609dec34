import t from 'tap';
import {
  inOrder,
  topConfusions,
} from '../../../control-plane/dashboard/src/models/figures/confusions.ts';
import {
  leadInWords,
  type PairedFigures,
  pairedFigures,
} from '../../../control-plane/dashboard/src/models/figures/paired-figures.ts';
import { refusalInWords } from '../../../control-plane/dashboard/src/models/figures/refusal-in-words.ts';
import { comparisonOf } from '../../../control-plane/dashboard/src/models/figures/use-comparison.ts';
import { wilsonInterval } from '../../../control-plane/dashboard/src/models/figures/wilson-interval.ts';

t.test("Wilson's interval, as Newcombe tabulates it (Stat. Med. 17, 1998)", async (t) => {
  for (const [right, of, low, high] of [
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
  ] as const) {
    const interval = wilsonInterval(right, of);
    t.ok(Math.abs((interval?.low ?? -1) - low) < 5e-5, `${right} of ${of}: from ${low}`);
    t.ok(Math.abs((interval?.high ?? -1) - high) < 5e-5, `${right} of ${of}: to ${high}`);
  }
  t.equal(wilsonInterval(0, 0), null);
});

t.test('what is confused most comes first', async (t) => {
  const matrix = [
    [8, 2, 0],
    [1, 0, 1],
    [0, 5, 0],
  ];
  t.same(topConfusions(['a', 'b', 'c'], matrix, 2), [
    { truth: 'c', predicted: 'b', samples: 5, share: 1 },
    { truth: 'a', predicted: 'b', samples: 2, share: 0.2 },
  ]);
  t.equal(topConfusions(['a', 'b', 'c'], matrix, 9).length, 4);
});

t.test('a matrix takes the order of the task', async (t) => {
  const matrix = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  t.same(inOrder(['a', 'gone', 'b'], matrix, ['b', 'new', 'a']), {
    classes: ['b', 'a', 'gone'],
    matrix: [
      [9, 7, 8],
      [3, 1, 2],
      [6, 4, 5],
    ],
  });
});

const counts = { samples: 100, right: 90, otherRight: 80, wins: 14, losses: 4, p: 0.01 };
const judged = {
  gate: {
    verdict: {
      figures: {
        comparison: { package: 'x', ...counts, championRight: 80 },
        classes: {
          b: { samples: 50, int8Right: 40, float32Right: 41, championRight: 30 },
          a: { samples: 50, int8Right: 50, float32Right: 50, championRight: 50 },
          fresh: { samples: 9, int8Right: 9, float32Right: 9, championRight: null },
        },
      },
    },
  },
} as never;

t.test("the gate's figures stand before those of common samples", async (t) => {
  const common = { ...counts, samples: 7, classes: { a: { samples: 7, right: 6, otherRight: 5 } } };
  const order = ['a', 'b', 'fresh'];
  t.match(pairedFigures(judged, 'x', common as never, order), {
    source: 'gate',
    samples: 100,
    otherRight: 80,
    classes: [
      { name: 'a', samples: 50, right: 50, otherRight: 50 },
      { name: 'b', samples: 50, right: 40, otherRight: 30 },
    ],
  });
  t.match(pairedFigures(judged, 'another', common as never, order), {
    source: 'common',
    samples: 7,
    classes: [{ name: 'a', right: 6, otherRight: 5 }],
  });
  const none = { ...common, samples: 0 } as never;
  t.equal(pairedFigures(judged, 'another', none, order), null);
  t.equal(pairedFigures(judged, 'another', undefined, order), null);
});

t.test('a model that the gate did not let through is told with the reasons', async (t) => {
  const checks = [
    { passed: true, reason: 'It has predictions.' },
    { passed: false, reason: 'It is right on 3 of 9.' },
  ];
  const gate = (passed: boolean) => ({ gate: { verdict: { passed, checks } } }) as never;
  t.match(refusalInWords(gate(false)), /did not let this model through: It is right on 3 of 9\.$/);
  t.equal(refusalInWords(gate(true)), null);
  t.equal(refusalInWords({ gate: null }), null);
});

t.test('a lead in words says how likely it is chance, in the direction that it has', async (t) => {
  const words = (more: Partial<PairedFigures>) =>
    leadInWords({ source: 'gate', ...counts, classes: [], ...more }, 'candidate');
  t.equal(words({}), 'The candidate is ahead, hardly by chance (p = 0.010).');
  t.equal(words({ p: 1e-9 }), 'The candidate is ahead, hardly by chance (p < 0.001).');
  t.equal(words({ p: 0.3 }), 'The candidate is ahead, but that may be chance (p = 0.30).');
  t.match(words({ right: 70, p: 0.98 }), /is behind, hardly by chance \(p = 0\.020\)/);
  t.equal(words({ right: 80 }), 'They are right on as many.');
  t.equal(words({ wins: 0, losses: 0 }), 'They are right on the same samples.');
});

t.test('two models are compared where both have test samples', async (t) => {
  const model = (digest: string, metrics?: object) =>
    ({ digest, manifest: { metrics } }) as unknown as Parameters<typeof comparisonOf>[0];
  const [tested, other] = [model('a', {}), model('b', {})];
  t.equal(comparisonOf(tested, other), '/api/models/a/comparison?with=b');
  t.equal(comparisonOf(tested, model('c')), null);
  t.equal(comparisonOf(model('c'), tested), null);
  t.equal(comparisonOf(tested, undefined), null, 'not read yet');
});
