import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { advanceWatermark, type Gap } from '../../../control-plane/src/store/write/watermark.ts';

const CASES: readonly [string, number, number[], Gap[], number, number][] = [
  ['nothing came', 0, [], [], 0, 0],
  ['the next rows', 0, [1, 2, 3], [], 3, 3],
  ['goes on from where it stood', 7, [8, 9], [], 9, 2],
  ['a row is missing', 0, [1, 3, 4], [], 1, 1],
  ['the first is missing', 0, [2, 3], [], 0, 0],
  ['a tombstone explains what is missing', 0, [1, 4], [{ from: 2, to: 3 }], 4, 2],
  ['a tombstone at the start', 0, [], [{ from: 1, to: 5 }], 5, 0],
  ['a tombstone further on waits', 0, [1], [{ from: 3, to: 5 }], 1, 1],
  [
    'tombstones one after another, unordered',
    0,
    [],
    [
      { from: 4, to: 6 },
      { from: 1, to: 3 },
    ],
    6,
    0,
  ],
  [
    'tombstones that overlap',
    0,
    [],
    [
      { from: 1, to: 4 },
      { from: 3, to: 9 },
    ],
    9,
    0,
  ],
  ['one that began before', 5, [9], [{ from: 2, to: 8 }], 9, 1],
  ['rows within a tombstone count as stored', 0, [2, 4], [{ from: 1, to: 4 }], 4, 2],
  ['a gap after a tombstone', 0, [6], [{ from: 1, to: 4 }], 4, 0],
];

for (const [name, through, stored, gaps, expected, passed] of CASES) {
  t.same(advanceWatermark(through, stored, gaps), { through: expected, passed }, name);
}

t.test('agrees with counting one by one, whatever comes in what order', async (t) => {
  for (let seed = 0; seed < 500; seed++) {
    const random = seededRandom(seed);
    const stored = Array.from({ length: 40 }, (_, i) => i + 1).filter(() => random.chance(0.8));
    const gaps = Array.from({ length: 3 }, () => {
      const from = Math.floor(random.between(1, 40));
      return { from, to: from + Math.floor(random.between(0, 6)) };
    });
    const start = { through: 0, passed: 0 };
    while (stored.includes(start.through + 1)) start.through += 1;
    const begin = Math.floor(random.between(0, start.through + 1));
    let through = begin;
    const known = (n: number) =>
      stored.includes(n) || gaps.some(({ from, to }) => from <= n && n <= to);
    while (known(through + 1)) through += 1;
    const passed = stored.filter((n) => n > begin && n <= through).length;
    const after = stored.filter((n) => n > begin);
    const result = advanceWatermark(
      begin,
      after,
      gaps.filter(({ to }) => to > begin),
    );
    if (result.through !== through || result.passed !== passed) {
      t.same(result, { through, passed }, `seed ${seed}`);
    }
  }
  t.pass('500 streams');
});
