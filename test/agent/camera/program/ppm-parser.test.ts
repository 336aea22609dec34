import t from 'tap';
import { parsePpm } from '../../../../agent/src/camera/program/ppm-parser.ts';

const ppm = (width: number, height: number, fill: number) =>
  Buffer.concat([
    Buffer.from(`P6\n${width} ${height}\n255\n`),
    Buffer.alloc(3 * width * height, fill),
  ]);

async function* cut(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(bytes: Buffer, size: number) {
  const frames: [number, number, number, number][] = [];
  for await (const { width, height, data } of parsePpm(cut(bytes, size))) {
    frames.push([width, height, data.length, data.at(-1) as number]);
  }
  return frames;
}

for (const size of [1, 2, 7, 24, 25, 100, 1e6]) {
  t.test(`frames of changing size come out of chunks of ${size}`, async (t) => {
    const bytes = Buffer.concat([ppm(4, 2, 1), ppm(1, 1, 2), ppm(1, 1, 0x20), ppm(10, 20, 4)]);
    t.same(await collect(bytes, size), [
      [4, 2, 24, 1],
      [1, 1, 3, 2],
      [1, 1, 3, 0x20],
      [10, 20, 600, 4],
    ]);
  });
}

t.test('a frame cut short is none', async (t) => {
  t.same(await collect(Buffer.concat([ppm(4, 2, 1), ppm(4, 2, 2).subarray(0, -1)]), 10), [
    [4, 2, 24, 1],
  ]);
});

for (const [what, bytes] of [
  ['something else', Buffer.from('this is no picture at all, not in the least')],
  ['a picture beyond all bounds', Buffer.from('P6\n99999 99999\n255\n00000000000')],
] as const) {
  t.test(`${what} is refused`, async (t) => {
    await t.rejects(collect(bytes, 5), { code: 'SOURCE_FAILED' });
  });
}
