import { readFile } from 'node:fs/promises';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { entropyRange } from '../../onnx/src/quantize/calibrate/entropy-range.ts';
import { Histogram } from '../../onnx/src/quantize/calibrate/histogram.ts';
import { percentileRange } from '../../onnx/src/quantize/calibrate/percentile-range.ts';
import type { Range } from '../../onnx/src/quantize/calibrate/range.ts';
import { ValueCounts } from '../../onnx/src/quantize/calibrate/value-counts.ts';

interface GoldenCase extends Range {
  readonly name: string;
  readonly counts: readonly number[];
  readonly percentile99: Range;
  readonly percentile99_999: Range;
  readonly entropy: Range;
}

// Written by test/golden/calibration.py.
const cases: readonly GoldenCase[] = JSON.parse(
  await readFile(new URL('../golden/calibration.json', import.meta.url), 'utf8'),
);

for (const golden of cases) {
  t.test(`ranges are numpy's: ${golden.name}`, async (t) => {
    const histogram = new Histogram(golden, golden.counts.length);
    histogram.counts.set(golden.counts);
    near(t, percentileRange(histogram, 99), golden.percentile99);
    near(t, percentileRange(histogram), golden.percentile99_999);
    near(t, entropyRange(histogram), golden.entropy);
  });
}

function near(t: Tap, received: Range, expected: Range): void {
  t.ok(
    Math.abs(received.min - expected.min) < 1e-9 && Math.abs(received.max - expected.max) < 1e-9,
    `${JSON.stringify(received)} is ${JSON.stringify(expected)}`,
  );
}

type Tap = Pick<typeof t, 'ok'>;

t.test('a histogram counts every value, the extremes and zero in the right bins', async (t) => {
  const histogram = new Histogram({ min: -1, max: 2 }, 8);
  for (const value of [-1, 0, 0.49, 0.5, 2, 2]) histogram.add(value);
  t.same([...histogram.counts], [0, 0, 1, 0, 2, 1, 0, 2]);
  t.same([histogram.edge(0), histogram.edge(4), histogram.edge(8)], [-2, 0, 2]);
});

t.test('a tensor that is always 0, and one that was never seen, have the range 0', async (t) => {
  const zero = new ValueCounts();
  t.ok(zero.add(new Float32Array(100)));
  for (const counts of [zero, new ValueCounts()]) {
    t.match(percentileRange(counts.histogram()), { min: 0, max: 0 });
    t.match(entropyRange(counts.histogram()), { min: 0, max: 0 });
  }
});

t.test('values are counted in one look as where their range had been known before', async (t) => {
  // A normal distribution whose width grows a thousandfold from part to part, an end of the range
  // among them.
  const random = seededRandom(3);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const parts = [0.003, 0, 1, 0.2, 3].map((width) =>
    Float32Array.from({ length: 40_000 }, () => width * normal()),
  );
  parts.push(Float32Array.of(2 ** 4, -(2 ** -140)));
  const all = parts.flatMap((part) => [...part]);
  const range = { min: all.reduce((a, b) => Math.min(a, b)), max: 16 };
  const known = new Histogram(range);
  for (const value of all) known.add(value);

  const counts = new ValueCounts();
  for (const part of parts) t.ok(counts.add(part));
  const histogram = counts.histogram();
  t.same(histogram.range, range);
  t.equal(sum(histogram.counts), all.length, 'none is lost');
  const moved = sum(histogram.counts.map((count, i) => Math.abs(count - (known.counts[i] ?? 0))));
  t.ok(moved / 2 < all.length / 200, `${moved / 2} of ${all.length} beside their bin`);
  // A bin is a thousandth of the range; either method moves by one at most.
  const bin = known.edge(1) - known.edge(0);
  for (const choose of [percentileRange, entropyRange]) {
    const [received, expected] = [choose(histogram), choose(known)];
    t.ok(Math.abs(received.min - expected.min) <= 1.001 * bin);
    t.ok(Math.abs(received.max - expected.max) <= 1.001 * bin);
  }
});

t.test('what was counted apart, in any order, adds up to what is counted together', async (t) => {
  const parts = [[0.1, -0.7], [300, -1e-30], [0, 0, -4.25], []].map((part) =>
    Float32Array.from(part),
  );
  const together = new ValueCounts();
  for (const part of parts) together.add(part);
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
  ]) {
    const apart = new ValueCounts();
    for (const i of order) {
      const counts = new ValueCounts();
      counts.add(parts[i] as Float32Array);
      apart.merge(counts.seen());
    }
    t.same(apart.seen(), together.seen());
  }
});

t.test('infinity and no number at all are told, and not counted', async (t) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const counts = new ValueCounts();
    counts.add(Float32Array.of(1, -2));
    t.notOk(counts.add(Float32Array.of(0, value, 5)));
    t.same(counts.histogram().range, { min: -2, max: 1 });
  }
});

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
