import { encodeJpeg, type RawImage } from '@edgeloop/imaging';
import {
  type Corner,
  epochMillis,
  millis,
  type Polygon,
  polygonMistake,
  seededRandom,
} from '@edgeloop/protocol';
import t from 'tap';
import { spansOf } from '../../../agent/src/look/area/spans-of.ts';
import { Stencil } from '../../../agent/src/look/area/stencil.ts';

const box = (x: number, y: number, right: number, bottom: number): Polygon => [
  [x, y],
  [right, y],
  [right, bottom],
  [x, bottom],
];

t.test('polygons that could mean something else', async (t) => {
  for (const [corners, mistake] of [
    [box(0, 0, 1, 1), null],
    [
      [
        [0.1, 0.1],
        [0.9, 0.5],
        [0.1, 0.9],
        [0.4, 0.5],
      ],
      null,
    ],
    [
      [
        [0.1, 0.1],
        [0.9, 0.9],
        [0.9, 0.1],
        [0.1, 0.9],
      ],
      /edges that do not cross/,
    ],
    [
      [
        [0.1, 0.1],
        [0.9, 0.1],
        [0.5, 0.1],
        [0.5, 0.9],
      ],
      /edges that do not cross/,
    ],
    [
      [
        [0.1, 0.1],
        [0.5, 0.5],
        [0.9, 0.9],
      ],
      /corners around an area/,
    ],
    [box(0.5, 0.5, 0.505, 0.505), /corners around an area/],
  ] as const) {
    const found = polygonMistake(corners as readonly Corner[]);
    if (mistake === null) t.equal(found, null);
    else t.match(found, mistake);
  }
});

/** Pixels of a 10 × 8 picture as text. */
function drawn(polygon: Polygon, width = 10, height = 8): string[] {
  const cells = Array.from({ length: width * height }, () => '.');
  for (const { from, to } of spansOf(polygon, { width, height })) cells.fill('#', from, to);
  return Array.from({ length: height }, (_, y) => cells.slice(y * width, (y + 1) * width).join(''));
}

t.test('an area covers every pixel that it touches, and its own alone', async (t) => {
  t.same(drawn(box(0.2, 0.25, 0.6, 0.5)), [
    '..........',
    '..........',
    '..####....',
    '..####....',
    ...Array(4).fill('..........'),
  ]);
  t.same(drawn(box(0.21, 0.26, 0.61, 0.51)).slice(1, 6), [
    '..........',
    '..#####...',
    '..#####...',
    '..#####...',
    '..........',
  ]);
  t.same(
    drawn([
      [0, 0],
      [1, 0],
      [0, 1],
    ]).slice(0, 3),
    ['##########', '#########.', '########..'],
  );
  t.same(drawn(box(0, 0, 1, 1)), Array(8).fill('##########'));
});

t.test('no point of any polygon shows through', async (t) => {
  const { next: random } = seededRandom(7);
  for (let round = 0; round < 60; round++) {
    // Around a middle, by angle: such a polygon never crosses itself.
    const corners = Array.from({ length: 3 + Math.floor(9 * random()) }, () => random()).sort();
    const polygon = corners.map((turn): [number, number] => {
      const reach = 0.05 + 0.44 * random();
      return [
        0.5 + reach * Math.cos(2 * Math.PI * turn),
        0.5 + reach * Math.sin(2 * Math.PI * turn),
      ];
    });
    const [width, height] = [37, 23];
    const rows = drawn(polygon, width, height);
    let shows = 0;
    for (let i = 0; i < 400; i++) {
      const [x, y] = [random(), random()];
      const hidden = rows[Math.floor(y * height)]?.[Math.floor(x * width)] === '#';
      if (contains(polygon, x, y) && !hidden) shows += 1;
    }
    t.equal(shows, 0, `${polygon.length} corners`);
  }
});

/** Source: Shimrat 1962, by crossings to the right. */
function contains(polygon: Polygon, x: number, y: number): boolean {
  const edges = polygon.map((corner, i) => [corner, polygon[(i + 1) % polygon.length]!] as const);
  const crossed = edges.filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax),
  );
  return crossed.length % 2 === 1;
}

/** Each pixel tells where it is. */
function picture(width: number, height: number): RawImage {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    data.set([100 + (i % width), 100 + Math.floor(i / width), 200], 3 * i);
  }
  return { data, width, height };
}

const frameOf = (image: RawImage) => ({
  image: { kind: 'raw' as const, ...image },
  capturedAt: epochMillis(0),
  monotonic: millis(0),
  name: 'a',
});

const pixels = ({ data, width }: RawImage, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

t.test('masks are black in all that follows, and the region is cut out', async (t) => {
  const camera = picture(20, 10);
  const stencil = new Stencil({ region: box(0.5, 0.2, 1, 0.8), masks: [box(0.4, 0, 0.6, 0.5)] });
  const { whole, cut } = await stencil.lay(frameOf(camera));
  t.match(whole, { name: 'a', image: { kind: 'raw', width: 20, height: 10 } });
  t.match(cut, { name: 'a', image: { kind: 'raw', width: 10, height: 6 } });
  const [seen, looked] = [whole.image as RawImage, cut.image as RawImage];
  t.same(pixels(seen, 8, 0), [0, 0, 0]);
  t.same(pixels(seen, 11, 4), [0, 0, 0]);
  t.same(pixels(seen, 12, 4), [112, 104, 200]);
  t.same(pixels(looked, 0, 0), [0, 0, 0], 'masked, at 10, 2 of the picture');
  t.same(pixels(looked, 2, 0), [112, 102, 200]);
  t.same(pixels(looked, 9, 5), [119, 107, 200]);
  t.same(pixels(camera, 8, 0), [108, 100, 200], "the camera's own stays, for who compares frames");
});

t.test('of a region with corners the rest of its box is black', async (t) => {
  const region: Polygon = [
    [0, 0],
    [1, 0],
    [0, 1],
  ];
  const { cut } = await new Stencil({ region, masks: [] }).lay(frameOf(picture(20, 10)));
  const looked = cut.image as RawImage;
  t.same([looked.width, looked.height], [20, 10]);
  t.same(pixels(looked, 1, 8), [101, 108, 200]);
  t.same(pixels(looked, 18, 8), [0, 0, 0]);
});

t.test(
  'a file is decoded for it, at any size; without masks it stays the file that it was',
  async (t) => {
    const stencil = new Stencil({ region: null, masks: [box(0, 0, 0.5, 1)] });
    for (const [width, height] of [
      [64, 48],
      [32, 32],
    ] as const) {
      const bytes = await encodeJpeg(picture(width, height), 95);
      const image = { kind: 'encoded', bytes } as const;
      const file = { image, capturedAt: epochMillis(0), monotonic: millis(0) };
      const { whole, cut } = await stencil.lay(file);
      t.equal(whole, cut);
      const { data, ...size } = whole.image as RawImage;
      t.match(size, { width, height });
      t.same(pixels({ data, width, height }, width / 2 - 1, 5), [0, 0, 0]);
      t.ok(pixels({ data, width, height }, width / 2, 5)[2]! > 150);
      const untouched = await new Stencil({ region: null, masks: [] }).lay(file);
      t.equal(untouched.cut, file);
    }
  },
);
