import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { countClass, NO_MIX, shareOf } from '../../../agent/src/sampling/observe/class-mix.ts';
import { Observer } from '../../../agent/src/sampling/observe/observer.ts';
import {
  distanceToRecent,
  type RecentPatterns,
  rememberPattern,
  toPattern,
} from '../../../agent/src/sampling/observe/recent-patterns.ts';
import { uncertaintyOf } from '../../../agent/src/sampling/observe/uncertainty.ts';

for (const [scores, margin, entropy] of [
  [[1, 0, 0], 1, 0],
  [[0.5, 0.5], 0, 1],
  [[0.25, 0.25, 0.25, 0.25], 0, 1],
  [[0.1, 0.7, 0.2], 0.5, 0.73],
  [[0.2, 0.1, 0.7], 0.5, 0.73],
  [[1], 1, 0],
  [[0.5000000001, 0.5], 0, 1],
] as const) {
  t.test(`scores ${scores} have margin ${margin} and entropy ${entropy}`, async (t) => {
    const uncertainty = uncertaintyOf(scores);
    t.ok(Math.abs(uncertainty.margin - margin) < 1e-6);
    t.ok(Math.abs(uncertainty.entropy - entropy) < 0.005);
  });
}

t.test('a class has the share of the frames that it won', async (t) => {
  let mix = NO_MIX;
  t.equal(shareOf(mix, 'good'), 0);
  for (let i = 0; i < 99; i++) mix = countClass(mix, 'good');
  mix = countClass(mix, 'scratch');
  t.equal(shareOf(mix, 'good'), 0.99);
  t.equal(shareOf(mix, 'scratch'), 0.01);
  t.equal(shareOf(mix, 'dent'), 0);
  t.equal(mix.total, 100);
});

t.test('what is seldom before a camera is told by its own frames alone', async (t) => {
  const observer = new Observer();
  const seen = (name: string, label: string) =>
    observer.observe(
      { frameId: 'f', camera: parseId('camera', name), label, scores: [1, 0], embedding: null },
      Number.POSITIVE_INFINITY,
    );
  for (let i = 0; i < 1000; i++) seen('busy', 'good');
  for (let i = 0; i < 10; i++) seen('quiet', 'scratch');
  t.match(seen('quiet', 'scratch'), { classShare: 1, classFrames: 10 }, 'all that it shows');
  t.match(seen('quiet', 'good'), { classShare: 0 }, 'though the other shows nothing else');
  t.match(seen('busy', 'scratch'), { classShare: 0, classFrames: 1000 });
});

t.test('what was common long ago fades', async (t) => {
  let mix = NO_MIX;
  for (let i = 0; i < 100_000; i++) mix = countClass(mix, 'old');
  for (let i = 0; i < 900_000; i++) mix = countClass(mix, 'new');
  t.ok(shareOf(mix, 'old') < 0.01, 'of all frames it was a tenth');
  t.ok(Math.abs(shareOf(mix, 'old') + shareOf(mix, 'new') - 1) < 1e-9);
});

const PATTERNS = [
  ['nothing to compare with', [], [1, 0], null],
  ['the same direction, whatever its length', [[2, 0]], [1, 0], 0],
  ['nothing in common', [[0, 1]], [1, 0], 1],
  ['the opposite', [[-1, 0]], [1, 0], 2],
  [
    'the nearest counts',
    [
      [0, 1],
      [1, 0],
    ],
    [1, 0],
    0,
  ],
  ['another model', [[1, 0, 0]], [1, 0], null],
  ['nothing at all, beside something', [[1, 0]], [0, 0], 1],
  ['nothing at all, twice', [[0, 0]], [0, 0], 0],
] as const;
for (const [what, recent, pattern, distance] of PATTERNS) {
  t.test(`distance of patterns: ${what}`, async (t) => {
    const known = recent.map(toPattern);
    const measured = distanceToRecent(known, toPattern(pattern));
    if (distance === null || measured === null) t.equal(measured, distance);
    else t.ok(Math.abs(measured - distance) < 1e-6, `${measured}`);
  });
}

t.test('what differs is remembered, and the oldest of 32 forgotten', async (t) => {
  let recent: RecentPatterns = [];
  const show = (values: number[]) => {
    const pattern = toPattern(values);
    const distance = distanceToRecent(recent, pattern);
    recent = rememberPattern(recent, pattern, distance, 0.3);
    return distance;
  };
  const axis = (i: number) => Array.from({ length: 40 }, (_, j) => (i === j ? 1 : 0));
  t.equal(show(axis(0)), null);
  t.equal(show(axis(0)), 0);
  t.equal(recent.length, 1, 'the same again is not');
  for (let i = 1; i < 32; i++) t.equal(show(axis(i)), 1);
  t.equal(recent.length, 32);
  t.equal(show(axis(0)), 0, 'the first is still known');
  show(axis(32));
  t.equal(recent.length, 32);
  t.equal(show(axis(0)), 1, 'and is new again after the 33rd');
});

t.test('patterns of another model begin anew', async (t) => {
  const pattern = toPattern([1, 0]);
  t.same(rememberPattern([toPattern([1, 0, 0])], pattern, null, 0.3), [pattern]);
});
