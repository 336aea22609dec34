import { encodeEmbedding } from '@edgeloop/protocol';
import t from 'tap';
import {
  packEmbedding,
  packTold,
  unpackEmbedding,
} from '../../../../control-plane/src/samples/embedding/packed-embedding.ts';

let state = 1;
/** Drawn evenly from 0…1; the same on every run. */
const draw = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
/** As a ResNet's: none negative. */
const drawn = (length = 512) => Float32Array.from({ length }, () => draw() ** 4);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const [p, q] = [Math.hypot(...Array.from(a)), Math.hypot(...Array.from(b))];
  return Math.hypot(...Array.from(a, (value, i) => value / p - (b[i] as number) / q));
};
const packedDistance = (a: Float32Array, b: Float32Array) => {
  const [p, q] = [packEmbedding(a), packEmbedding(b)];
  return p && q ? distance(unpackEmbedding(p), unpackEmbedding(q)) : Number.NaN;
};

t.test('88 characters, of length 1, whatever the length of the embedding', async (t) => {
  for (const length of [1, 8, 512, 2048]) {
    const packed = packEmbedding(drawn(length));
    t.equal(packed?.length, 88);
    const unit = packed && unpackEmbedding(packed);
    t.equal(unit?.length, 64);
    t.ok(Math.abs(Math.hypot(...(unit ?? [])) - 1) < 1e-6);
  }
});

t.test('how bright or how large does not matter, and one has the same axes for ever', async (t) => {
  const embedding = drawn();
  t.equal(packEmbedding(embedding.map((value) => value * 8)), packEmbedding(embedding));
  t.equal(
    packEmbedding([1, 0, -2, 3]),
    'q6tVKoGrf6tVf9bWgQAAgQCBAH9/AH+rKtbWgSrW1gBVf6urq4F/KgAAKn+BAAAAAKuBAAAAgYEAANZ/f39VKg==',
  );
});

t.test(
  'distances stay: mean error under 12 %, and a look-alike is nearer than any other',
  async (t) => {
    const errors: number[] = [];
    for (let i = 0; i < 100; i++) {
      const [a, b, noise] = [drawn(), drawn(), drawn()];
      const alike = a.map((value, j) => value + 0.1 * (noise[j] as number));
      errors.push(Math.abs(packedDistance(a, b) / distance(a, b) - 1));
      t.ok(packedDistance(a, alike) < packedDistance(a, b));
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    t.ok(mean < 0.12, `mean error ${mean}`);
  },
);

for (const [name, embedding] of [
  ['zeros', [0, 0, 0]],
  ['nothing', []],
  ['what is not a number', [1, Number.NaN]],
  ['what has no end', [1, Number.POSITIVE_INFINITY]],
] as const) {
  t.test(`${name} points nowhere`, async (t) => t.equal(packEmbedding(embedding), null));
}

t.test('what a device tells is read; what can not be read is none', async (t) => {
  const embedding = [0.5, 0, 2, 1];
  t.equal(packTold(encodeEmbedding(embedding)), packEmbedding(embedding));
  t.equal(packTold(undefined), null);
  t.equal(packTold('AAAAA'), null, 'base64 of no length');
});
