import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import {
  calibrate,
  expectedCalibrationError,
  fitTemperature,
  negativeLogLikelihood,
  reliability,
} from '../../../trainer/src/evaluate/calibration.ts';

interface GoldenCase {
  readonly name: string;
  readonly labels: readonly number[];
  readonly logits: readonly number[][];
  readonly temperature: number;
  readonly loss: { readonly before: number; readonly after: number };
  readonly ece: { readonly before: number; readonly after: number };
}

const golden: GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../golden/temperature.json', import.meta.url), 'utf8'),
);
const judge = (label: number, logits: readonly number[]) => ({
  label,
  logits,
  predicted: logits.indexOf(Math.max(...logits)),
});
const near = (t: Test, received: number, expected: number, within: number) =>
  t.ok(Math.abs(received - expected) < within, `${received}, expected ${expected}`);

for (const { name, labels, logits, temperature, loss, ece } of golden) {
  t.test(`a model that is ${name}: loss, ECE and temperature are scipy's`, async (t) => {
    const judged = logits.map((row, i) => judge(labels[i] as number, row));
    near(t, negativeLogLikelihood(judged), loss.before, 1e-9);
    near(t, expectedCalibrationError(reliability(judged)), ece.before, 1e-9);
    near(t, fitTemperature(judged), temperature, 1e-5 * temperature);
    const fitted = calibrate(judged, judged);
    near(t, negativeLogLikelihood(judged, fitted.temperature), loss.after, 1e-9);
    near(t, fitted.ece.after, ece.after, 1e-4);
    t.equal(fitted.samples, labels.length);
  });
}

t.test('a bin counts what lies above its lower edge, up to its upper one', async (t) => {
  const half = [0, 0];
  const sure = [Math.log(9), 0];
  const bins = reliability([judge(0, half), judge(1, half), judge(0, sure), judge(0, [99, 0])]);
  t.same(
    bins.map(({ count }) => count),
    [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 1],
  );
  t.match(bins[7], { confidence: 0.5, accuracy: 0.5 });
  near(t, bins[13]?.confidence ?? 0, 0.9, 1e-12);
  // By hand: (2 · 0 + 1 · 0.1 + 1 · 0) / 4.
  near(t, expectedCalibrationError(bins), 0.025, 1e-12);
});

const many = (judged: ReturnType<typeof judge>) => Array.from({ length: 40 }, () => judged);

for (const [what, judged] of [
  ['too few pictures', many(judge(0, [2, 0])).slice(0, 19)],
  ['all right, however sure', many(judge(0, [2, 0]))],
  ['all wrong', many(judge(1, [2, 0]))],
  ['scores that say nothing', many(judge(0, [0, 0]))],
  ['no picture', []],
] as const) {
  t.test(`the temperature stays 1 for ${what}`, async (t) => {
    t.equal(fitTemperature(judged), 1);
  });
}
