import type { DeviceId } from '@edgeloop/protocol';
import * as fc from 'fast-check';
import t from 'tap';
import {
  allotWaves,
  type PlacedDevice,
  waveOfLatecomer,
} from '../../../../control-plane/src/rollouts/plan/allot-waves.ts';
import { placeOf } from '../../../../control-plane/src/rollouts/plan/place.ts';
import type { WaveSize } from '../../../../control-plane/src/rollouts/plan/plan.ts';

const ROLLOUT = '00000000-0000-4000-8000-000000000001';

const device = (name: string, tags: string[] = []): PlacedDevice => ({
  device: name as DeviceId,
  site: 'hall',
  tags: new Set(tags),
  attributes: {},
  place: placeOf(ROLLOUT, name),
});

const fleet = (devices: number) => Array.from({ length: devices }, (_, i) => device(`pi-${i}`));

const CASES: readonly [string, readonly WaveSize[], number, readonly number[]][] = [
  [
    'a canary, a tenth, the rest',
    [{ count: 1 }, { percent: 10 }, { percent: 100 }],
    100,
    [1, 9, 90],
  ],
  [
    'percentages round up: a small fleet has a canary',
    [{ percent: 5 }, { percent: 100 }],
    3,
    [1, 2],
  ],
  ['a percentage that comes out even takes no more', [{ percent: 8.8 }], 375, [33]],
  ['what no wave takes is left', [{ count: 2 }, { percent: 50 }], 10, [2, 3]],
  ['a count takes what there is', [{ count: 5 }, { percent: 100 }], 3, [3, 0]],
  ['a percentage that is reached already takes none', [{ count: 5 }, { percent: 10 }], 10, [5, 0]],
];

for (const [name, sizes, devices, expected] of CASES) {
  t.test(name, async (t) => {
    const { waves } = allotWaves(sizes, fleet(devices));
    t.same(
      waves.map(({ length }) => length),
      expected,
    );
  });
}

t.test('a filter takes whom it fits, wherever its place is', async (t) => {
  const chosen = device('chosen', ['lab']);
  const sizes: WaveSize[] = [{ filter: { tags: ['lab'] } }, { percent: 100 }];
  const { waves } = allotWaves(sizes, [...fleet(9), chosen]);
  t.same(
    waves.map((wave) => wave.map((it) => it.device).includes(chosen.device)),
    [true, false],
  );
});

t.test('every device is in one wave at most, whatever the order in which they come', async (t) => {
  const size = fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  );
  void fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 60 }),
      (sizes, devices) => {
        const names = (from: PlacedDevice[]) =>
          allotWaves(sizes, from).waves.map((wave) => wave.map((it) => it.device));
        const forth = names(fleet(devices));
        t.same(names(fleet(devices).toReversed()), forth);
        const all = forth.flat();
        return new Set(all).size === all.length;
      },
    ),
    { numRuns: 50 },
  );
});

t.test('who was there at the start would join the same wave, were it late', async (t) => {
  const sizes: WaveSize[] = [{ percent: 10 }, { percent: 40 }, { percent: 100 }];
  const { waves, cutoffs } = allotWaves(sizes, fleet(200));
  for (const [i, wave] of waves.entries()) {
    t.ok(wave.every((it) => waveOfLatecomer(sizes, cutoffs, it) === i));
  }
});

t.test('latecomers are spread as the others are', async (t) => {
  const sizes: WaveSize[] = [{ percent: 10 }, { percent: 100 }];
  const { cutoffs } = allotWaves(sizes, fleet(1000));
  const late = Array.from({ length: 1000 }, (_, i) => device(`late-${i}`));
  const early = late.filter((it) => waveOfLatecomer(sizes, cutoffs, it) === 0).length;
  t.ok(early > 60 && early < 140, `${early} of 1000 in the first tenth`);
});

t.test('a wave by count keeps what it took', async (t) => {
  const sizes: WaveSize[] = [{ count: 1 }, { percent: 50 }];
  const { cutoffs } = allotWaves(sizes, fleet(10));
  const lowest = { ...device('late'), place: 0 };
  t.equal(waveOfLatecomer(sizes, cutoffs, lowest), 1);
  t.equal(waveOfLatecomer(sizes, cutoffs, { ...lowest, place: 0.99 }), null, 'of no wave');
});

t.test('in another rollout another device goes first', async (t) => {
  const first = (rollout: string) =>
    fleet(50)
      .map((it) => ({ ...it, place: placeOf(rollout, it.device) }))
      .sort((a, b) => a.place - b.place)[0]?.device;
  const rollouts = Array.from({ length: 20 }, (_, i) => `rollout-${i}`);
  t.ok(new Set(rollouts.map(first)).size > 10);
  t.equal(first('x'), first('x'));
});
