import { drawSample, encodeJpeg, inspectPicture, type Look } from '@edgeloop/imaging';
import fc from 'fast-check';
import t from 'tap';
import { bandsOf, LOOK_ALIKE_BITS, lookDistance } from '../../../control-plane/src/samples/look.ts';

const look = (text: string) => text as Look;

for (const [a, b, distance] of [
  ['0000000000000000', '0000000000000000', 0],
  ['0000000000000001', '0000000000000000', 1],
  ['f000000000000001', '0000000000000000', 5],
  ['ffffffffffffffff', '0000000000000000', 64],
  ['a5a5a5a5a5a5a5a5', '5a5a5a5a5a5a5a5a', 64],
] as const) {
  t.equal(lookDistance(look(a), look(b)), distance, `${a} and ${b}`);
}

t.test('look-alikes have a band in common, whichever bits differ', async () => {
  const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const flips = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: LOOK_ALIKE_BITS });
  const hex = (value: bigint) => look(value.toString(16).padStart(16, '0'));
  fc.assert(
    fc.property(bits, flips, (value, places) => {
      const [a, b] = [
        hex(value),
        hex(places.reduce((v, place) => v ^ (1n << BigInt(place)), value)),
      ];
      const other = bandsOf(b);
      return (
        lookDistance(a, b) === places.length && bandsOf(a).some((band, i) => band === other[i])
      );
    }),
  );
});

t.test('a picture saved again looks alike, another part does not', async (t) => {
  const lookOf = async (bytes: Uint8Array) => (await inspectPicture(bytes)).look;
  const picture = await drawSample(1, 'good');
  const first = await lookOf(await encodeJpeg(picture, 95));
  const again = await lookOf(await encodeJpeg(picture, 60));
  const other = await lookOf(await encodeJpeg(await drawSample(2, 'good'), 95));
  t.ok(lookDistance(first, again) <= LOOK_ALIKE_BITS);
  t.ok(lookDistance(first, other) > LOOK_ALIKE_BITS);
});
