import { readFile } from 'node:fs/promises';
import t from 'tap';
import { entropyRange } from '../../onnx/src/quantize/entropy-range.ts';
import { Histogram } from '../../onnx/src/quantize/histogram.ts';
import { percentileRange } from '../../onnx/src/quantize/percentile-range.ts';
import type { Range } from '../../onnx/src/quantize/range.ts';

interface Golden extends Range {
  readonly name: string;
  readonly counts: readonly number[];
  readonly percentile99: Range;
  readonly percentile99_999: Range;
  readonly entropy: Range;
}

// Written by test/golden/calibration.py.
const cases: readonly Golden[] = JSON.parse(
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
  histogram.add(Float32Array.of(-1, 0, 0.49, 0.5, 2, 2));
  t.same([...histogram.counts], [0, 0, 1, 0, 2, 1, 0, 2]);
  t.same([histogram.edge(0), histogram.edge(4), histogram.edge(8)], [-2, 0, 2]);
});

t.test('a tensor that is always 0 has the range 0', async (t) => {
  const histogram = new Histogram({ min: 0, max: 0 }, 512);
  histogram.add(new Float32Array(100));
  t.match(percentileRange(histogram), { min: 0, max: 0 });
  t.match(entropyRange(histogram), { min: 0, max: 0 });
});
