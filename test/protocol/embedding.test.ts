import { decodeEmbedding, encodeEmbedding, seededRandom } from '@edgeloop/protocol';
import t from 'tap';

for (const [value, expected] of [
  [0, 0],
  [1, 1],
  [-2.5, -2.5],
  // Half a step (2⁻¹¹ at 1) goes to the even neighbour.
  [1 + 2 ** -11, 1],
  [1 + 3 * 2 ** -11, 1 + 2 ** -9],
  // Rounded up, the mantissa carries into the exponent.
  [2 - 2 ** -12, 2],
  [2 ** -14, 2 ** -14],
  [3 * 2 ** -24, 3 * 2 ** -24],
  [2 ** -26, 0],
  [65_504, 65_504],
  [1e6, 65_504],
  [Number.NEGATIVE_INFINITY, -65_504],
  [Number.NaN, Number.NaN],
] as const) {
  t.test(`${value} travels as ${expected}`, async (t) => {
    t.same(Array.from(decodeEmbedding(encodeEmbedding([value]))), [expected]);
  });
}

t.test('512 floats are 1,368 characters, and off by no more than a float16 is', async (t) => {
  const random = seededRandom(3);
  const embedding = Float32Array.from({ length: 512 }, () => random.between(-4, 4));
  const text = encodeEmbedding(embedding);
  t.equal(text.length, 1_368);
  const decoded = decodeEmbedding(text);
  t.ok(decoded.every((value, i) => Math.abs(value - embedding[i]!) <= 2 ** -10));
});
