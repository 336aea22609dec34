import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { fitLearningCurve } from '../../../trainer/src/evaluate/learning-curve.ts';
import { nestedParts, runLearningTrials } from '../../../trainer/src/evaluate/learning-trials.ts';
import { learningVerdict } from '../../../trainer/src/evaluate/learning-verdict.ts';
import { linearProbe } from '../../../trainer/src/evaluate/linear-probe.ts';

const never = new AbortController().signal;
const SIZES = [100, 200, 400, 700, 1000];

/** Trainings whose error follows a law, but for noise. */
const trainings = (error: (pictures: number) => number, noise: number) =>
  SIZES.flatMap((pictures) =>
    [-1, 0, 1].map((side, seed) => ({
      pictures,
      seed,
      accuracy: 1 - error(pictures) + side * noise,
    })),
  );

t.test('a power law is found again, and carried on to twice the pictures', async (t) => {
  const error = (pictures: number) => 2 * pictures ** -0.5 + 0.03;
  const { law, doubled, more, verdict } = fitLearningCurve(trainings(error, 0), 400, 'network');
  t.ok(law && Math.abs(law.exponent - 0.5) < 1e-9 && Math.abs(law.scale - 2) < 1e-6);
  t.ok(law && Math.abs(law.floor - 0.03) < 1e-6);
  t.ok(doubled && Math.abs(doubled.accuracy.likely - (1 - error(2000))) < 1e-6);
  t.ok(doubled && Math.abs(doubled.gain.likely - (error(1000) - error(2000))) < 1e-6);
  t.equal(more?.pictures, 1000);
  t.equal(verdict, 'more helps');
});

for (const [what, error, noise, testPictures, verdict, words] of [
  [
    'still falls',
    (n: number) => 3 * n ** -0.5,
    0.004,
    400,
    'more helps',
    /^1000 more pictures would gain about 2\.\d points, twice as many about 2\.\d points \(2.* to /,
  ],
  ['has ended', () => 0.04, 0.004, 400, 'enough', /would hardly help: twice as many .* 0 points/],
  ['is zero', () => 0, 0, 400, 'enough', /would hardly help/],
  [
    'has ended on a small test side',
    () => 0.04,
    0.004,
    20,
    'too few to tell',
    /^Too few pictures to tell: .* one of the 20 test pictures alone is 5 points\./,
  ],
  [
    'is lost in noise',
    (n: number) => 0.2 + 0.3 / n,
    0.12,
    60,
    'too few to tell',
    /^Too few pictures to tell: twice as many might gain 0 to/,
  ],
] as const) {
  t.test(`an error that ${what}: ${verdict}`, async (t) => {
    const curve = fitLearningCurve(trainings(error, noise), testPictures, 'probe');
    t.equal(curve.verdict, verdict, JSON.stringify(curve.doubled));
    t.match(learningVerdict(curve), words);
    const { likely, low, high } = curve.doubled?.gain ?? { likely: 0, low: 1, high: 0 };
    t.ok(low <= likely && likely <= high);
    t.same(
      curve,
      fitLearningCurve(trainings(error, noise), testPictures, 'probe'),
      'always the same',
    );
  });
}

t.test('two sizes are no curve', async (t) => {
  const points = trainings((n) => 1 / n, 0).filter(({ pictures }) => pictures < 400);
  const curve = fitLearningCurve(points, 100, 'probe');
  t.match(curve, { law: null, doubled: null, verdict: 'too few to tell' });
  t.match(learningVerdict(curve), /at least three/);
  t.match(fitLearningCurve([], 0, 'probe'), { pictures: 0, verdict: 'too few to tell' });
});

const labelled = (counts: readonly number[]) =>
  counts.flatMap((count, label) => Array.from({ length: count }, (_, i) => ({ label, i })));

t.test('the parts are nested, have every class, and end with all', async (t) => {
  const samples = labelled([50, 20, 3]);
  const parts = nestedParts(samples, 1);
  t.same(
    parts.map((part) => part.length),
    [5 + 2 + 1, 10 + 4 + 1, 20 + 8 + 1, 35 + 14 + 2, 73],
  );
  for (const [i, part] of parts.entries()) {
    t.same(new Set(part.map(({ label }) => label)), new Set([0, 1, 2]));
    t.ok(
      (parts[i - 1] ?? []).every((sample) => part.includes(sample)),
      'holds the one before',
    );
  }
  t.strictNotSame(nestedParts(samples, 1)[0], nestedParts(samples, 2)[0]);
  t.same(
    nestedParts(labelled([3, 3]), 1).map((part) => part.length),
    [2, 4, 6],
    'sizes that differ',
  );
});

t.test('an interruption ends the trials', async (t) => {
  const stop = new AbortController();
  const done: number[] = [];
  const trials = runLearningTrials(
    labelled([20, 20]),
    async (part) => {
      done.push(part.length);
      stop.abort(new Error('stopped'));
      return 1;
    },
    stop.signal,
  );
  await t.rejects(trials, /stopped/);
  t.same(done, [4]);
});

/** Two classes around ±1 on the first of some features; the others are noise. */
function clouds(count: number, spread: number, seed: number) {
  const random = seededRandom(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const noise = () => random.between(-1, 1) + random.between(-1, 1);
  const embeddings = labels.map((label) =>
    Float32Array.from({ length: 9 }, (_, i) =>
      i === 0 ? 100 + (2 * label - 1) + spread * noise() : i === 8 ? 5 : noise(),
    ),
  );
  return { labels, embeddings };
}

t.test('a linear probe separates what a line can, and no more', async (t) => {
  const test = clouds(400, 0.3, 2);
  t.equal(await linearProbe(clouds(60, 0.3, 1), test, 2, never), 1);
  const swapped = { ...test, labels: test.labels.map((label) => 1 - label) };
  t.equal(await linearProbe(clouds(60, 0.3, 1), swapped, 2, never), 0);
  const blurred = await linearProbe(clouds(200, 1.5, 1), clouds(400, 1.5, 2), 2, never);
  t.ok(blurred > 0.7 && blurred < 0.95, `${blurred}`);
});

t.test('trials with a probe give a curve that rises with the pictures', async (t) => {
  const all = clouds(200, 1.2, 3);
  const test = clouds(600, 1.2, 4);
  const samples = all.labels.map((label, index) => ({ label, index }));
  const points = await runLearningTrials(
    samples,
    (part) => {
      const embeddings = part.map(({ index }) => all.embeddings[index] as Float32Array);
      return linearProbe({ embeddings, labels: part.map((s) => s.label) }, test, 2, never);
    },
    never,
  );
  t.same([...new Set(points.map(({ pictures }) => pictures))], [20, 40, 80, 140, 200]);
  t.equal(points.length, 15);
  const mean = (pictures: number) =>
    points.filter((p) => p.pictures === pictures).reduce((sum, p) => sum + p.accuracy / 3, 0);
  t.ok(mean(200) > mean(20) + 0.02, `${mean(20)} to ${mean(200)}`);
});
