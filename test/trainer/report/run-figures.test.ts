import t from 'tap';
import { summarizeTimes } from '../../../trainer/src/evaluate/latency.ts';
import { wilson } from '../../../trainer/src/evaluate/wilson.ts';
import { findings } from '../../../trainer/src/report/findings.ts';
import { runFigures } from '../../../trainer/src/report/run-figures.ts';
import { EXAMPLE, HOSTILE, judge } from './example-run.ts';

// By scipy: binomtest(right, of).proportion_ci(method='wilson'), four places.
for (const [right, of, low, high] of [
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [15, 20, 0.5313, 0.8881],
  [75, 84, 0.8088, 0.9426],
  [0, 0, 0, 1],
] as const) {
  t.test(`${right} of ${of}: from ${low} to ${high}`, async (t) => {
    const share = wilson(right, of);
    t.ok(
      Math.abs(share.low - low) < 6e-5 && Math.abs(share.high - high) < 6e-5,
      JSON.stringify(share),
    );
  });
}

t.test('median and 95th percentile are by the nearest rank', async (t) => {
  const times = Array.from({ length: 40 }, (_, i) => 40 - i);
  t.same(summarizeTimes(times, 2), { threads: 2, runs: 40, median: 20, p95: 38 });
  t.same(summarizeTimes([], 1), { threads: 1, runs: 0, median: 0, p95: 0 });
});

t.test('figures: accuracy, agreement, classes, and mistakes with the surest first', async (t) => {
  const figures = runFigures(EXAMPLE);
  t.match(figures.int8.accuracy, { right: 28, of: 30 });
  t.match(figures.float32.accuracy, { right: 29, of: 30 });
  t.match(figures.agreement, { right: 29, of: 30 });
  t.same(figures.int8.confusion, [
    [9, 1, 0],
    [0, 9, 1],
    [0, 0, 10],
  ]);
  t.match(figures.classes[1], {
    name: `"&'`,
    train: 20,
    validation: 10,
    test: 10,
    recall: { right: 9, of: 10 },
    precision: { right: 9, of: 10 },
  });
  t.equal(figures.mistakes.count, 2);
  t.match(figures.mistakes.mostConfident, [
    { file: pictureOf(7), truth: HOSTILE[1], guess: 'good', float32Guess: 'good' },
    { file: pictureOf(3), truth: HOSTILE[0], guess: HOSTILE[1], float32Guess: HOSTILE[0] },
  ]);
  const [first, second] = figures.mistakes.mostConfident;
  t.ok((first?.score ?? 0) > 0.98 && (second?.score ?? 1) < 0.6);
  t.equal(figures.int8.calibration.temperature, 1, 'all right on the validation side');
  t.match(figures.learning?.inWords, /more pictures would gain/);
});

const pictureOf = (index: number) => EXAMPLE.test[index]?.file;

t.test('at most 24 mistakes are named, all are counted', async (t) => {
  const wrong = EXAMPLE.test.map(({ label }) => judge(label, (label + 1) % 3, 2));
  const { mistakes } = runFigures({ ...EXAMPLE, testJudged: { int8: wrong, float32: wrong } });
  t.equal(mistakes.count, 30);
  t.equal(mistakes.mostConfident.length, 24);
});

t.test('the keys of metrics.json stand in one order, whatever order the run brought', async (t) => {
  const backwards = Object.fromEntries(Object.entries(EXAMPLE).reverse()) as typeof EXAMPLE;
  t.equal(JSON.stringify(runFigures(backwards)), JSON.stringify(runFigures(EXAMPLE)));
});

const base = runFigures(EXAMPLE);
const clean = { ...base, skipped: [], learning: null };

for (const [what, figures, state, text] of [
  ['skipped files', { ...clean, skipped: base.skipped }, 'attention', /^1 file was skipped/],
  [
    'a lossy INT8',
    { ...clean, float32: { ...base.float32, accuracy: wilson(30, 30) } },
    'attention',
    /^INT8 is −6\.7 points from FP32/,
  ],
  ['a fair INT8', { ...clean, float32: base.int8 }, 'good', /no difference of accuracy/],
  [
    'training pictures by heart',
    { ...clean, trainAccuracy: 1, float32: { ...base.float32, accuracy: wilson(15, 30) } },
    'attention',
    /by heart/,
  ],
  [
    'few test pictures',
    { ...clean, int8: { ...base.int8, accuracy: wilson(9, 10) } },
    'attention',
    /^Only 10 test pictures: .* from 60\u00a0% to 98\u00a0%/,
  ],
  [
    'a class that is missed',
    {
      ...clean,
      classes: [...base.classes, { ...base.classes[0], name: 'dent', recall: wilson(1, 10) }],
    },
    'attention',
    /“dent” is missed most: 1 of its 10/,
  ],
  ['more labels', base, 'attention', /more pictures would gain/],
] as const) {
  t.test(`${what} is told in words`, async (t) => {
    const found = findings(figures as typeof base).filter((finding) => text.test(finding.text));
    t.match(found, [{ state }]);
  });
}

t.test('what needs attention stands first; a run without trouble has none', async (t) => {
  const states = findings(base).map(({ state }) => state);
  t.same(states, [...states].sort());
  t.same(
    findings({ ...clean, float32: base.int8 }).filter(({ state }) => state === 'attention'),
    [],
  );
});
