import { createHash } from 'node:crypto';
import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { splitSamples } from '../../trainer/src/dataset/split.ts';
import { nestedParts } from '../../trainer/src/evaluate/learning-trials.ts';
import { accuracySamples, calibrationSamples } from '../../trainer/src/fit/some-of-training.ts';

const samples = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    sha256: parseId('sha256', createHash('sha256').update(`${i}`).digest('hex')),
    label: i % 3,
  }));
const shares = { validation: 0.1, test: 0.2 };

t.test('the sides share the samples out, each once', async (t) => {
  const { train, validation, test } = splitSamples(samples(900), shares, 1);
  t.equal(train.length + validation.length + test.length, 900);
  t.equal(new Set([...train, ...validation, ...test]).size, 900);
  t.ok(test.length > 140 && test.length < 220, `test ${test.length}`);
  t.ok(validation.length > 60 && validation.length < 120, `validation ${validation.length}`);
});

t.test('a sample stays on its side when others join', async (t) => {
  const digests = (side: readonly { sha256: string }[]) => side.map(({ sha256 }) => sha256);
  const before = splitSamples(samples(600), shares, 1);
  const after = splitSamples(samples(900), shares, 1);
  for (const side of ['train', 'validation', 'test'] as const) {
    const now = new Set(digests(after[side]));
    t.ok(
      digests(before[side]).every((digest) => now.has(digest)),
      side,
    );
  }
});

t.test('another seed divides otherwise; a class of three has one on every side', async (t) => {
  t.not(
    splitSamples(samples(900), shares, 1).test[0],
    splitSamples(samples(900), shares, 2).test[0],
  );
  const { train, validation, test } = splitSamples(samples(9), shares, 1);
  for (const side of [train, validation, test]) {
    t.same(new Set(side.map(({ label }) => label)), new Set([0, 1, 2]));
  }
});

t.test(
  'a class of tens of thousands is divided in no more time than its pictures take',
  async (t) => {
    const many = samples(40_000).map((sample) => ({ ...sample, label: 0 }));
    const begun = performance.now();
    splitSamples(many, shares, 1);
    nestedParts(many, 1);
    const seconds = (performance.now() - begun) / 1000;
    t.ok(seconds < 8, `${seconds.toFixed(1)} s, where time by their square was 39`);
  },
);

t.test('calibration and the accuracy on the training side look at every class', async (t) => {
  const ofFive = samples(10_000).map(({ sha256 }, i) => ({ sha256, label: Math.floor(i / 2000) }));
  const { train } = splitSamples(ofFive, shares, 1);
  for (const [some, most] of [
    [calibrationSamples(train), 200],
    [accuracySamples(train), 1000],
  ] as const) {
    t.equal(new Set(some).size, most);
    const each = [0, 1, 2, 3, 4].map((label) => some.filter((one) => one.label === label).length);
    t.ok(Math.min(...each) > 0.8 * (most / 5), `of each class ${each}`);
  }
  const few = train.slice(0, 7);
  t.same(calibrationSamples(few), few, 'of a small one all');
});
