import sharp from 'sharp';
import t from 'tap';
import { decodeFitted, readHeader } from '../../imaging/src/index.ts';
import { jpegSize } from '../../imaging/src/jpeg-size.ts';

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } });

const plain = await grey(640, 480).jpeg().toBuffer();

for (const [name, bytes, size] of [
  ['a baseline JPEG', plain, { width: 640, height: 480 }],
  [
    'a progressive one',
    await grey(33, 700).jpeg({ progressive: true }).toBuffer(),
    { width: 33, height: 700 },
  ],
  [
    'one with a profile before its frame',
    await grey(90, 80).withIccProfile('p3').jpeg().toBuffer(),
    { width: 90, height: 80 },
  ],
  [
    'one that may be turned',
    await grey(90, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    null,
  ],
  ['a PNG', await grey(90, 80).png().toBuffer(), null],
  ['nothing', new Uint8Array(), null],
  ['a beginning', plain.subarray(0, 20), null],
  [
    'segments without a frame',
    Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xda, 0, 2, 0, 0, 0),
    null,
  ],
  [
    'a segment whose length leads nowhere',
    Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 1, 1, 1, 1, 1, 1, 1),
    null,
  ],
] as const) {
  t.test(`the size of ${name}`, async (t) => {
    t.same(jpegSize(bytes), size);
  });
}

t.test('a JPEG that is to be turned has the size that it is shown in', async (t) => {
  const turned = await grey(90, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  t.match(await readHeader(turned), { width: 80, height: 90, mediaType: 'image/jpeg' });
  t.match(await readHeader(plain), { width: 640, height: 480, mediaType: 'image/jpeg' });
  t.match(await decodeFitted(turned, 999), { width: 80, height: 90 });
});
