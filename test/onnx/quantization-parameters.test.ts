import t from 'tap';
import { mergeRanges } from '../../onnx/src/quantize/calibrate/range.ts';
import {
  activationParameters,
  quantizeInt8,
  quantizeInt32,
  roundHalfEven,
  scaleForBias,
  weightLimit,
  weightScale,
} from '../../onnx/src/quantize/quantization-parameters.ts';

for (const [value, expected] of [
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [-2.5, -2],
  [2.4999, 2],
  [2.5001, 3],
] as const) {
  t.test(`${value} rounds to ${expected}, halves to even`, async (t) => {
    t.equal(roundHalfEven(value) + 0, expected);
  });
}

for (const [what, min, max, scale, zeroPoint] of [
  ['both signs', -1, 1.5, 2.5 / 255, 102],
  ['after a ReLU', 0, 6, 6 / 255, 0],
  ['only positive: zero is included', 2, 4, 4 / 255, 0],
  ['only negative: zero is included', -4, -2, 4 / 255, 255],
  ['nothing but zero', 0, 0, 1, 0],
  ['a scale below the least normal float32', -1e-36, 1e-36, 1, 0],
  ['just above it', 0, 255 * 2 ** -125, 2 ** -125, 0],
  ['a zero point of one half goes to even, 0', -0.5, 254.5, 1, 0],
  ['a zero point of two and a half goes to even, 2', -2.5, 252.5, 1, 2],
  ['all of a range that ends at zero', -255, 0, 1, 255],
] as const) {
  t.test(`activation parameters: ${what}`, async (t) => {
    const parameters = activationParameters({ min, max });
    t.equal(parameters.scale, Math.fround(scale));
    t.equal(parameters.zeroPoint, zeroPoint);
  });
}

t.test('weights are symmetric and never -128', async (t) => {
  const scale = weightScale(2, weightLimit(false));
  t.equal(scale, Math.fround(2 / 127));
  t.equal(quantizeInt8(-2, scale, weightLimit(false)), -127);
  t.equal(quantizeInt8(-9, scale, weightLimit(false)), -127);
  t.equal(weightScale(0, weightLimit(false)), 1);
  t.equal(weightScale(1e-37, weightLimit(false)), 1, 'a scale below the least normal float32');
  t.equal(quantizeInt8(2.5, 1, 127), 2, 'halves to even');
  t.equal(quantizeInt8(3.5, 1, 127), 4);
});

t.test('a bias is rounded half to even and kept within int32', async (t) => {
  t.equal(quantizeInt32(0.125, 0.25), 0);
  t.equal(quantizeInt32(0.375, 0.25), 2);
  t.equal(quantizeInt32(1e12, 1), 2 ** 31 - 1);
  t.equal(quantizeInt32(-1e12, 1), -(2 ** 31));
});

t.test('with reduced range, two products of a weight and a uint8 fit into 16 bit', async (t) => {
  const limit = weightLimit(true);
  t.equal(quantizeInt8(2, weightScale(2, limit), limit), 64);
  t.ok(2 * limit * 255 < 2 ** 15);
});

t.test('a bias too large for int32 enlarges the weight scale until it fits', async (t) => {
  t.equal(scaleForBias(0.01, 0.1, 5), 0.01, 'fits as it is');
  const scale = scaleForBias(1e-9, 1e-3, 100);
  t.ok(100 / (1e-3 * scale) < 2 ** 31);
});

t.test('a later batch never narrows a range', async (t) => {
  t.same(mergeRanges(undefined, { min: 0, max: 1 }), { min: 0, max: 1 });
  t.same(mergeRanges({ min: -3, max: 1 }, { min: 0, max: 2 }), { min: -3, max: 2 });
});
