import { inspectPicture } from '@edgeloop/imaging';
import sharp, { type Sharp } from 'sharp';
import t from 'tap';

/** Brighter to the right, row by row steeper. */
const ramp = (width: number, height: number): Sharp =>
  sharp(
    Uint8Array.from({ length: width * height }, (_, i) => ((i % width) * 255) / (width - 1)),
    { raw: { width, height, channels: 1 } },
  );

for (const [type, bytes] of [
  ['image/jpeg', await ramp(90, 80).jpeg().toBuffer()],
  ['image/png', await ramp(90, 80).png().toBuffer()],
  ['image/webp', await ramp(90, 80).webp().toBuffer()],
] as const) {
  t.test(`a ${type} is known by its bytes`, async (t) => {
    t.same(await inspectPicture(bytes), { type, width: 90, height: 80, look: 'ffffffffffffffff' });
  });
}

t.test('the look says where it gets brighter to the right', async (t) => {
  const falling = await ramp(90, 80).flop().png().toBuffer();
  t.equal((await inspectPicture(falling)).look, '0000000000000000');
  const upper = await ramp(90, 40).extend({ bottom: 40, background: '#000' }).png().toBuffer();
  t.match((await inspectPicture(upper)).look, /^f{8}.{6}00$/, 'but for ringing at the edge');
});

t.test('a picture is measured and looked at as EXIF turns it', async (t) => {
  const turned = await ramp(90, 80).jpeg().withMetadata({ orientation: 3 }).toBuffer();
  t.equal((await inspectPicture(turned)).look, '0000000000000000');
  const upright = await ramp(90, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  t.match(await inspectPicture(upright), { width: 80, height: 90 });
});

const jpeg = await ramp(90, 80).jpeg().toBuffer();
for (const [name, bytes] of [
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('not a picture')],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ['GIF', await ramp(9, 8).gif().toBuffer()],
  ['a head alone', jpeg.subarray(0, 20)],
  ['a picture that is cut short', jpeg.subarray(0, jpeg.length - 200)],
] as const) {
  t.test(`${name} is refused`, (t) =>
    t.rejects(inspectPicture(bytes), { code: 'IMAGE_UNREADABLE' }),
  );
}
