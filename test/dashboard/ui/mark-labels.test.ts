import t from 'tap';
import { placeLabels } from '../../../control-plane/dashboard/src/ui/mark-labels.ts';

const SIZE = { middle: 100, gap: 4 };

for (const [what, xs, placed] of [
  ['one in each half', [10, 190], ['14 left', '186 right']],
  ['close together: the later one', [180, 190], [null, '186 right']],
  ['the later one to the left of the earlier', [60, 110], [null, '106 right']],
  ['far enough apart', [10, 199], ['14 left', '195 right']],
  ['three', [10, 20, 190], [null, '24 left', '186 right']],
  ['none', [], []],
] as const) {
  t.test(`labels of lines across a chart: ${what}`, async (t) => {
    const lines = xs.map((x) => ({ x, width: 50 }));
    const found = placeLabels(lines, SIZE).map((place) => place && `${place.x} ${place.align}`);
    t.same(found, placed);
  });
}
