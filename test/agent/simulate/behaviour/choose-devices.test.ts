import { type DeviceId, millis } from '@edgeloop/protocol';
import t from 'tap';
import { chooseDevices } from '../../../../agent/src/simulate/behaviour/choose-devices.ts';
import type { Behaviour } from '../../../../agent/src/simulate/scenario/scenario.ts';

const NAMES = Array.from({ length: 40 }, (_, i) => `sim-${i}` as DeviceId);
const of = (devices: Behaviour['devices']): Behaviour => ({
  devices,
  does: {},
  when: { runs: null, after: millis(0), for: null },
});

t.test('a share is exactly so many, drawn by the seed, each behaviour for itself', async (t) => {
  const behaviours = [of({ share: 0.25 }), of({ share: 0.25 })];
  const [one, other] = chooseDevices(behaviours, NAMES, 7);
  t.equal(one?.size, 10);
  t.equal(other?.size, 10);
  t.notSame([...one!].sort(), [...other!].sort());
  t.same(chooseDevices(behaviours, NAMES, 7), [one, other], 'a run repeats');
  t.notSame(chooseDevices(behaviours, NAMES, 8)[0], one, 'another seed, others');
});

t.test('named ones, all, none', async (t) => {
  const names = { names: ['sim-3', 'sim-39'] as DeviceId[] };
  const [named, all, none] = chooseDevices([of(names), of(null), of({ share: 0 })], NAMES, 1);
  t.same([...named!], [3, 39]);
  t.equal(all?.size, 40);
  t.equal(none?.size, 0);
});
