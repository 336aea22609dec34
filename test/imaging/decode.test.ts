import {
  cropFrame,
  decodeCrop,
  decodeFitted,
  encodeJpeg,
  encodeThumbnail,
  readHeader,
  resizedRegion,
} from '@edgeloop/imaging';
import { cropGeometry, evaluationCrop } from '@edgeloop/protocol';
import sharp from 'sharp';
import t from 'tap';

/** Red left, blue right: says which way up a picture is. */
const halves = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    return i % 3 === (x < width / 2 ? 0 : 2) ? 255 : 0;
  }),
});
const picture = (width: number, height: number) => {
  const { data } = halves(width, height);
  return sharp(data, { raw: { width, height, channels: 3 } });
};
const plan = evaluationCrop(64);

for (const [width, height, resized, left, top] of [
  [320, 240, [97, 73], 16, 4],
  [240, 320, [73, 97], 4, 16],
  [500, 375, [97, 73], 16, 4],
  [73, 73, [73, 73], 4, 4],
  [1, 1, [73, 73], 4, 4],
  [97, 64, [110, 73], 23, 4],
] as const) {
  t.test(`geometry of ${width}×${height} is torchvision's`, async (t) => {
    const geometry = cropGeometry(plan, { width, height });
    t.same([geometry.resized.width, geometry.resized.height], resized);
    t.same(geometry.box, { left, top, width: 64, height: 64 });
  });
}

t.test('halves of an offset are rounded to even, as in Python', async (t) => {
  const square = { resize: 67, crop: 64, kernel: 'linear' } as const;
  t.equal(cropGeometry(square, { width: 67, height: 67 }).box.left, 2, '1.5');
  const other = { resize: 69, crop: 64, kernel: 'linear' } as const;
  t.equal(cropGeometry(other, { width: 69, height: 69 }).box.left, 2, '2.5');
});

for (const format of ['jpeg', 'png', 'webp'] as const) {
  t.test(`${format} is decoded and cropped`, async (t) => {
    const bytes = await picture(320, 240).toFormat(format, { quality: 95 }).toBuffer();
    const crop = await decodeCrop(bytes, plan);
    t.equal(crop.length, 64 * 64 * 3);
    t.ok((crop[0] as number) > 200 && (crop[2] as number) < 60, 'red on the left');
    t.ok((crop[63 * 3 + 2] as number) > 200, 'blue on the right');
    t.same(await decodeCrop(bytes, plan), crop, 'the same bytes give the same crop');
  });
}

t.test('a picture is turned as its EXIF says', async (t) => {
  const bytes = await picture(320, 240).withMetadata({ orientation: 3 }).jpeg().toBuffer();
  const crop = await decodeCrop(bytes, plan);
  t.ok((crop[2] as number) > 200, 'blue on the left now');
});

for (const [what, make] of [
  ['grey', () => picture(90, 80).greyscale().png().toBuffer()],
  ['transparent', () => picture(90, 80).ensureAlpha(0.5).png().toBuffer()],
  ['16-bit', () => picture(90, 80).toColourspace('rgb16').png().toBuffer()],
] as const) {
  t.test(`a ${what} picture becomes 8-bit RGB`, async (t) => {
    t.equal((await decodeCrop(await make(), plan)).length, 64 * 64 * 3);
    const fitted = await decodeFitted(await make(), 40);
    t.same([fitted.width, fitted.height, fitted.data.length], [45, 40, 45 * 40 * 3]);
  });
}

t.test('what is no whole picture is refused', async (t) => {
  const jpeg = await picture(320, 240).jpeg().toBuffer();
  for (const bytes of [
    new Uint8Array(),
    Buffer.from('GIF89a'),
    jpeg.subarray(0, 700),
    jpeg.subarray(0, -200),
  ]) {
    await t.rejects(decodeCrop(bytes, plan), { code: 'IMAGE_UNREADABLE' });
  }
});

t.test('what libvips reads beside JPEG, PNG and WebP is refused unopened', async (t) => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="80"/>';
  const message = /^Expected a JPEG, PNG or WebP picture, received something else/;
  const refused = { code: 'IMAGE_UNREADABLE', message };
  for (const bytes of [
    Buffer.from(svg),
    await picture(90, 80).tiff().toBuffer(),
    await picture(90, 80).gif().toBuffer(),
    await picture(90, 80).avif({ effort: 0 }).toBuffer(),
  ]) {
    await t.rejects(decodeCrop(bytes, plan), refused);
    await t.rejects(decodeFitted(bytes, 40), refused);
    await t.rejects(readHeader(bytes), refused);
    await t.rejects(encodeThumbnail(bytes, 40, 80), refused);
  }
});

t.test('a strip that is a giant once it is resized is refused, decoded or not', async (t) => {
  const strip = halves(6000, 8);
  const large = { resize: 4096, crop: 64, kernel: 'linear' } as const;
  const refused = {
    code: 'IMAGE_UNREADABLE',
    message:
      /at most 64 megapixels with a shorter side of 4096, received one of 6000×8, which has 12583 /,
  };
  await t.rejects(decodeCrop(await encodeJpeg(strip, 88), large), refused);
  await t.rejects(cropFrame(strip, large), refused);
  t.equal((await cropFrame(strip, plan)).length, 3 * 64 ** 2);
});

t.test('a frame that is decoded already gives the same crop as its PNG', async (t) => {
  const frame = halves(320, 240);
  const png = await picture(320, 240).png().toBuffer();
  t.same(await cropFrame(frame, plan), await decodeCrop(png, plan));
});

t.test('a region is resized and mirrored', async (t) => {
  const box = { left: 0, top: 0, width: 320, height: 240 };
  const plain = await resizedRegion(halves(320, 240), box, 32, { mirrored: false, colour: null });
  const mirrored = await resizedRegion(halves(320, 240), box, 32, { mirrored: true, colour: null });
  t.ok((plain[0] as number) > 200 && (mirrored[2] as number) > 200);
  t.equal(plain.length, 32 * 32 * 3);
});

t.test('a frame becomes a JPEG that decodes', async (t) => {
  const jpeg = await encodeJpeg(halves(64, 48), 90);
  const { width, height } = await decodeFitted(jpeg, 999);
  t.same([width, height], [64, 48]);
});
