import { resizedRegion } from '@edgeloop/imaging';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { colourChange, drawColours } from '../../../trainer/src/augment/colour-jitter.ts';

const SAME = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

/** A picture of one colour, after a change. */
async function coloured(rgb: readonly [number, number, number], change: Partial<typeof SAME>) {
  const image = { data: Uint8Array.from({ length: 48 }, (_, i) => rgb[i % 3] ?? 0), width: 4 };
  const colour = colourChange({ ...SAME, ...change });
  const box = { left: 0, top: 0, width: 4, height: 4 };
  const region = await resizedRegion({ ...image, height: 4 }, box, 4, { mirrored: false, colour });
  return [...region.subarray(0, 3)];
}

for (const [what, rgb, change, expected] of [
  ['nothing', [200, 100, 50], {}, [200, 100, 50]],
  ['brighter', [100, 50, 20], { brightness: 1.5 }, [150, 75, 30]],
  ['brighter than white', [200, 200, 200], { brightness: 1.5 }, [255, 255, 255]],
  ['more contrast', [138, 118, 128], { contrast: 2 }, [148, 108, 128]],
  ['no colour', [200, 100, 50], { saturation: 0 }, [124, 124, 124]],
  ['a third of a turn', [200, 100, 50], { hue: (2 * Math.PI) / 3 }, [50, 200, 100]],
  ['grey stays grey', [90, 90, 90], { hue: 1, saturation: 1.4 }, [90, 90, 90]],
] as const) {
  t.test(what, async (t) => {
    const got = await coloured(rgb, change);
    got.forEach((value, i) => {
      t.ok(Math.abs(value - (expected[i] ?? 0)) <= 1, `${got} for ${expected}`);
    });
  });
}

t.test('strength bounds what is drawn; the same seed draws the same', (t) => {
  const draws = (strength: number) => {
    const random = seededRandom(7);
    return Array.from({ length: 500 }, () => drawColours(strength, random));
  };
  t.same(draws(0.3), draws(0.3));
  for (const { brightness, contrast, saturation, hue } of draws(0.3)) {
    for (const factor of [brightness, contrast, saturation]) {
      if (!(factor >= 0.7 && factor <= 1.3)) t.fail(`factor ${factor}`);
    }
    if (!(Math.abs(hue) <= 0.06 * Math.PI)) t.fail(`hue ${hue}`);
  }
  t.same(draws(0)[0], SAME);
  t.end();
});
