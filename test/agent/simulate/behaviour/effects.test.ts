import { millis, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { effectsOf, type Situation } from '../../../../agent/src/simulate/behaviour/effects.ts';
import type { Behaviour, Does } from '../../../../agent/src/simulate/scenario/scenario.ts';

const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [Sha256, Sha256];

const behaviour = (does: Does, when: Partial<Behaviour['when']> = {}): Behaviour => ({
  devices: null,
  does,
  when: { runs: null, after: millis(0), for: null, ...when },
});
const at = (elapsed: number, model = OLD, since = 0): Situation => ({
  model,
  since: millis(since),
  elapsed: millis(elapsed),
});

t.test('a device without behaviours is well', async (t) => {
  t.same(effectsOf([], at(5)), {
    connected: true,
    slow: 1,
    confidence: 0,
    takenFor: new Map(),
    agreement: null,
    hot: false,
    lies: null,
    mute: false,
    crashes: 0,
    failsDownload: null,
    failsSelfTest: null,
    dies: false,
    refusesConfiguration: false,
  });
});

t.test('a behaviour holds while its model is at hand, and in its time', async (t) => {
  const slow = [behaviour({ slow: 3 }, { runs: NEW, after: millis(100), for: millis(50) })];
  for (const [situation, expected] of [
    [at(120, NEW), 3],
    [at(120, OLD), 1],
    [at(99, NEW), 1],
    [at(100, NEW), 3],
    [at(149, NEW), 3],
    [at(150, NEW), 1],
  ] as const) {
    t.equal(effectsOf(slow, situation).slow, expected, JSON.stringify(situation));
  }
});

t.test('behaviours add up', async (t) => {
  const effects = effectsOf(
    [
      behaviour({ slow: 2, confidence: -0.1, swap: ['a', 'b'] }),
      behaviour({ hot: true, confidence: -0.2, swap: ['b', 'c'], lies: 'model' }),
    ],
    at(0),
  );
  t.match(effects, { slow: 3, hot: true, lies: 'model' });
  t.ok(Math.abs(effects.confidence + 0.3) < 1e-9);
  t.same(
    effects.takenFor,
    new Map([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
    ]),
    'the later one holds',
  );
});

t.test('a flapping device is up and down in turn', async (t) => {
  const flaps = [behaviour({ flaps: { up: millis(30), down: millis(10) } })];
  const ups = [0, 29, 30, 39, 40, 69, 70].map((elapsed) => effectsOf(flaps, at(elapsed)).connected);
  t.same(ups, [true, true, false, false, true, true, false]);
});

t.test('a device that crashes by a model does so from when that runs', async (t) => {
  const crashes = [behaviour({ crashes: { every: millis(100) } }, { runs: NEW })];
  t.equal(effectsOf(crashes, at(1000, OLD)).crashes, 0);
  t.equal(effectsOf(crashes, at(1000, NEW, 950)).crashes, 0);
  t.equal(effectsOf(crashes, at(1250, NEW, 1000)).crashes, 2);
});

t.test('offline beats whatever else would connect it', async (t) => {
  const both = [behaviour({ offline: true }, { for: millis(10) }), behaviour({ slow: 2 })];
  t.equal(effectsOf(both, at(9)).connected, false);
  t.equal(effectsOf(both, at(10)).connected, true);
});
