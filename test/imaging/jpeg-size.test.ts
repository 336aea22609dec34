import sharp from 'sharp';
import t from 'tap';
import { decodeFitted, readHeader } from '../../imaging/src/index.ts';
import { jpegSize } from '../../imaging/src/jpeg-size.ts';

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } });

const plain = await grey(640, 480).jpeg().toBuffer();

/** The segments of a JPEG up to its first scan, and the rest. */
function segmentsOf(jpeg: Buffer): Buffer[] {
  const segments = [jpeg.subarray(0, 2)];
  let at = 2;
  for (; jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    segments.push(jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2)));
  }
  return [...segments, jpeg.subarray(at)];
}

/**
 * A byte that fills, and whoever takes it for a marker finds in a comment, where that marker's
 * length leads, a frame of 7 × 9.
 */
function filled(jpeg: Buffer): Buffer {
  const [start, first, ...rest] = segmentsOf(jpeg) as [Buffer, Buffer, ...Buffer[]];
  const wrongLength = first.readUInt16BE(1);
  const comment = Buffer.alloc(wrongLength);
  comment.writeUInt32BE(0xfffe0000 + comment.length - 2);
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0];
  comment.set(frame, 2 + 2 + wrongLength - (start.length + 1 + first.length));
  return Buffer.concat([start, Buffer.of(0xff), first, comment, ...rest]);
}

const turned = await grey(90, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer();

/** That says how it is to be turned behind its frame, as it may. */
function turnedLate(jpeg: Buffer): Buffer {
  const segments = segmentsOf(jpeg);
  const exif = segments.find(({ 1: marker }) => marker === 0xe1) as Buffer;
  const others = segments.filter((segment) => segment !== exif);
  return Buffer.concat([...others.slice(0, -1), exif, ...others.slice(-1)]);
}

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
  ['one that may be turned', turned, null],
  ['one that says so behind its frame', turnedLate(turned), null],
  ['one with a byte that fills', filled(plain), null],
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
  for (const jpeg of [turned, turnedLate(turned)]) {
    t.match(await readHeader(jpeg), { width: 80, height: 90, mediaType: 'image/jpeg' });
  }
  t.match(await readHeader(filled(plain)), { width: 640, height: 480 });
  t.match(await readHeader(plain), { width: 640, height: 480, mediaType: 'image/jpeg' });
  t.match(await decodeFitted(turned, 999), { width: 80, height: 90 });
});
