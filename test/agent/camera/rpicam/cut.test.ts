import t from 'tap';
import type { FrameImage } from '../../../../agent/src/camera/frame.ts';
import { cutJpegs } from '../../../../agent/src/camera/rpicam/cut-jpegs.ts';
import { cutYuv } from '../../../../agent/src/camera/rpicam/cut-yuv.ts';
import { findJpegEnd } from '../../../../agent/src/camera/rpicam/find-jpeg-end.ts';
import { yuvToRgb } from '../../../../agent/src/camera/rpicam/yuv-to-rgb.ts';

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const SCAN = [0xff, 0xda, 0, 4, 1, 2];
/** A segment that holds a whole JPEG: a camera's thumbnail. */
const THUMBNAIL = [0xff, 0xe1, 0, 6, ...SOI, ...EOI];
const PLAIN = [...SOI, ...SCAN, 1, 2, 3, ...EOI];

for (const [name, bytes, end] of [
  ['one picture', PLAIN, PLAIN.length],
  ['the first of two', [...PLAIN, ...PLAIN], PLAIN.length],
  ['what looks like an end within a segment', [...SOI, ...THUMBNAIL, ...SCAN, 9, ...EOI], 19],
  ['0xff among the bytes of the scan', [...SOI, ...SCAN, 0xff, 0, 5, ...EOI], 13],
  ['restarts', [...SOI, ...SCAN, 1, 0xff, 0xd0, 2, 0xff, 0xd7, 3, ...EOI], 17],
  ['two scans', [...SOI, ...SCAN, 1, ...SCAN, 2, ...EOI], 18],
  ['bytes that fill up before a marker', [...SOI, 0xff, 0xff, ...SCAN, 1, 0xff, ...EOI], 14],
  ['not yet its end', PLAIN.slice(0, -1), null],
  ['not yet the end of a segment', [...SOI, ...THUMBNAIL.slice(0, 5)], null],
  ['half a marker', [...SOI, ...SCAN, 1, 0xff], null],
  ['one byte', [0xff], null],
  ['no JPEG', [0x50, 0x36, 0x0a], 'no JPEG'],
  ['a segment shorter than its length', [...SOI, 0xff, 0xe1, 0, 1], 'no JPEG'],
  ['bytes between segments', [...SOI, ...THUMBNAIL, 7, 7], 'no JPEG'],
] as const) {
  t.test(`the end of a JPEG: ${name}`, async (t) => {
    const whole = Uint8Array.from(bytes);
    const found = findJpegEnd(whole);
    t.equal(typeof found === 'object' ? null : found, end);
    let byByte: ReturnType<typeof findJpegEnd> = { at: 0, inScan: false };
    for (let length = 0; length <= whole.length && typeof byByte === 'object'; length++) {
      byByte = findJpegEnd(whole.subarray(0, length), byByte);
    }
    t.same(byByte, found, 'also byte by byte, each looked at once');
  });
}

t.test(
  'a picture that comes in one piece is not copied, and none changes when more comes',
  async (t) => {
    const piece = Uint8Array.from([...PLAIN, ...PLAIN, ...PLAIN.slice(0, 4)]);
    const rest = Uint8Array.from([...PLAIN.slice(4), ...PLAIN.slice(0, 1)]);
    const pieces = (async function* () {
      yield piece;
      yield rest;
      yield Uint8Array.from(PLAIN.slice(1));
    })();
    const images = await collect(cutJpegs(pieces));
    const bytes = images.map((image) =>
      image.kind === 'encoded' ? image.bytes : new Uint8Array(),
    );
    t.same(
      bytes.map((one) => [...one]),
      [PLAIN, PLAIN, PLAIN, PLAIN],
    );
    t.equal(bytes[0]?.buffer, piece.buffer);
    t.equal(bytes[1]?.buffer, piece.buffer);
  },
);

async function* chunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(images: AsyncIterable<FrameImage>): Promise<FrameImage[]> {
  const found: FrameImage[] = [];
  for await (const image of images) found.push(image);
  return found;
}

t.test('JPEGs come out of chunks of any size, whole, and never half', async (t) => {
  const other = [...SOI, ...THUMBNAIL, ...SCAN, 0xff, 0, 4, ...EOI];
  const stream = Uint8Array.from([...PLAIN, ...other, ...PLAIN, ...SOI, 1, 1]);
  for (const size of [1, 2, 3, 7, 100]) {
    const images = await collect(cutJpegs(chunks(stream.subarray(0, -2), size)));
    t.same(
      images.map((image) => image.kind === 'encoded' && [...image.bytes]),
      [PLAIN, other, PLAIN],
    );
  }
  await t.rejects(collect(cutJpegs(chunks(stream, 3))), { code: 'SOURCE_FAILED' }, 'no marker');
});

t.test('YUV pictures come out of chunks of any size, and never half', async (t) => {
  const one = [0, 50, 100, 255, 128, 128];
  const stream = Uint8Array.from([...one, ...one.toReversed(), 1, 2, 3]);
  for (const size of [1, 4, 6, 7, 100]) {
    const images = await collect(cutYuv(2, 2)(chunks(stream, size)));
    t.equal(images.length, 2);
    t.same(images[0], { kind: 'raw', width: 2, height: 2, data: grey(0, 50, 100, 255) });
    t.notSame(images[1], images[0], 'none is changed by the next');
  }
});

const grey = (...lumas: readonly number[]) =>
  Uint8Array.from(lumas.flatMap((luma) => [luma, luma, luma]));

/** Y, Cb and Cr of full range BT.601, by the formulas of T.871, and what they show. */
const COLOURS: readonly (readonly [string, number, number, number, readonly number[]])[] = [
  ['black', 0, 128, 128, [0, 0, 0]],
  ['white', 255, 128, 128, [255, 255, 255]],
  ['red', 76, 85, 255, [254, 0, 0]],
  ['green', 150, 44, 21, [0, 255, 1]],
  ['blue', 29, 255, 107, [0, 0, 254]],
  ['beyond what there is', 255, 255, 255, [255, 121, 255]],
  ['below it', 0, 0, 0, [0, 135, 0]],
];
for (const [name, y, u, v, rgb] of COLOURS) {
  t.test(`a picture of one colour: ${name}`, async (t) => {
    const yuv = Uint8Array.from([...Array(8).fill(y), u, u, v, v]);
    t.same(yuvToRgb(yuv, 4, 2), {
      width: 4,
      height: 2,
      data: Uint8Array.from(Array(8).fill(rgb).flat()),
    });
  });
}

t.test('each chroma sample colours its four pixels', async (t) => {
  const yuv = Uint8Array.from([...Array(16).fill(128), 255, 128, 128, 128, 128, 128, 128, 255]);
  const { data } = yuvToRgb(yuv, 4, 4);
  const at = (x: number, y: number) => [...data.subarray(3 * (4 * y + x), 3 * (4 * y + x) + 3)];
  const [blue, red, none] = [at(0, 0), at(3, 3), [128, 128, 128]];
  t.same([at(1, 0), at(0, 1), at(1, 1)], [blue, blue, blue]);
  t.same([at(2, 2), at(3, 2), at(2, 3)], [red, red, red]);
  t.same([at(2, 0), at(1, 1 + 1)], [none, none]);
  t.ok((blue[2] as number) > 250 && (red[0] as number) > 250);
});
