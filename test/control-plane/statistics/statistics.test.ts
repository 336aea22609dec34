import t from 'tap';
import { binomialTail } from '../../../control-plane/src/statistics/binomial-tail.ts';
import { fQuantile } from '../../../control-plane/src/statistics/f-quantile.ts';
import { histogramQuantile } from '../../../control-plane/src/statistics/histogram-quantile.ts';
import { normalQuantile } from '../../../control-plane/src/statistics/normal-quantile.ts';
import { studentTail } from '../../../control-plane/src/statistics/student-tail.ts';
import { wilsonLower } from '../../../control-plane/src/statistics/wilson-lower.ts';

/** Computed with SciPy. */
const GOLDEN = [
  ['F exceeded with 0.01, 1 and 10 degrees', fQuantile(0.01, 1, 10), 10.0442892733966],
  ['F exceeded with 0.01, 1 and 2 degrees', fQuantile(0.01, 1, 2), 98.502512562814],
  ['F exceeded with 0.001, 3 and 40 degrees', fQuantile(0.001, 3, 40), 6.59453997766178],
  ['F exceeded with 0.05, 4 and 1000000 degrees', fQuantile(0.05, 4, 1000000), 2.37194113941236],
  ['F exceeded with 0.2, 1 and 1 degrees', fQuantile(0.2, 1, 1), 9.47213595499958],
  ['t of 2.5 with 7 degrees', studentTail(2.5, 7), 0.0204961092928764],
  ['t of 0.3 with 1 degrees', studentTail(0.3, 1), 0.407226420922258],
  ['t of 6 with 30 degrees', studentTail(6, 30), 6.97138438360238e-7],
  ['10 of 20 at 0.5', binomialTail(10, 20, 0.5), 0.588098526000977],
  ['10 of 10 at 0.5', binomialTail(10, 10, 0.5), 0.0009765625],
  ['3 of 500 at 0.002', binomialTail(3, 500, 0.002), 0.0801171196060291],
  ['40 of 50 at 0.6', binomialTail(40, 50, 0.6), 0.00219714475724668],
  ["Wilson's bound of 0.9, 100 trials", wilsonLower(0.9, 100, 0.025), 0.825634338495087],
  ["Wilson's bound of 1, 30 trials", wilsonLower(1, 30, 0.05), 0.917275691874901],
  ["Wilson's bound of 0.02, 12.5 trials", wilsonLower(0.02, 12.5, 0.01), 0.000847930976549975],
  ['a normal quantile', normalQuantile(0.999), 3.09023230616781],
] as const;

for (const [name, value, expected] of GOLDEN) {
  t.test(name, async (t) => {
    t.ok(Math.abs(value / expected - 1) < 1e-8, `${value}, expected ${expected}`);
  });
}

t.test('Student is symmetric, and a tail of everything is one', async (t) => {
  t.equal(studentTail(0, 5), 0.5);
  t.equal(studentTail(-2, 5) + studentTail(2, 5), 1);
  t.equal(binomialTail(0, 9, 0.1), 1);
  t.ok(Math.abs(normalQuantile(0.3) + normalQuantile(0.7)) < 1e-12);
});

t.test(
  'a quantile lies within its bucket, evenly spread; beyond the last bound it is that bound',
  async (t) => {
    const bounds = [10, 20, 40];
    t.equal(histogramQuantile(bounds, [0, 100, 0, 0], 0.95), 19.5);
    t.equal(histogramQuantile(bounds, [50, 0, 50, 0], 0.5), 10);
    t.equal(histogramQuantile(bounds, [50, 0, 50, 0], 0.75), 30);
    t.equal(histogramQuantile(bounds, [0, 0, 0, 7], 0.5), 40);
    t.equal(histogramQuantile(bounds, [], 0.5), null);
  },
);
