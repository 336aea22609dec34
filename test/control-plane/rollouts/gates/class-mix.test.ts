import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { judgeClassMix } from '../../../../control-plane/src/rollouts/gates/class-mix/judge-class-mix.ts';
import type { ClassMixGate } from '../../../../control-plane/src/rollouts/gates/gate-settings.ts';
import { figures } from '../stand/figures.ts';
import { type Confusion, drawFleet, type FleetNature } from '../stand/scene-fleet.ts';

const GATES: readonly ClassMixGate[] = [
  { kind: 'class-mix', measure: 'psi', limit: 0.2 },
  { kind: 'class-mix', measure: 'jensen-shannon', limit: 0.036 },
].map((gate) => ({
  ...(gate as ClassMixGate),
  alpha: 0.01,
  onFailure: 'pause',
  minimum: { devices: 1, frames: 100, controlDevices: 1 },
}));

/**
 * Ten minutes of two frames a second after half an hour of one, each five frames alike; one device
 * in twenty has a busy hour.
 */
const DAY: Omit<FleetNature, 'devices'> = {
  framesBefore: 1800,
  framesAfter: 1200,
  alike: 0.8,
  drift: 0.25,
  busy: { chance: 0.05, by: 1.5 },
  dusk: 0,
};
const DUSK = { ...DAY, dusk: 1.5 };
const SWAPPED: Confusion = { good: 'scratch', scratch: 'good' };
const ONE_WAY: Confusion = { good: 'bent' };
const FLEETS = 60;

interface Trial {
  readonly nature: Omit<FleetNature, 'devices'>;
  readonly wave: number;
  readonly control: number;
  readonly confusion?: Confusion;
}

/** How often each gate stops the wave. */
function stopped({ nature, wave, control, confusion = {} }: Trial): number[] {
  const failures = GATES.map(() => 0);
  for (let fleet = 0; fleet < FLEETS; fleet++) {
    const random = seededRandom(fleet, wave, control);
    const drawn = drawFleet({ ...nature, devices: wave + control }, random, (i) =>
      i < wave ? confusion : {},
    );
    const given = figures({ wave: drawn.slice(0, wave), control: drawn.slice(wave) });
    for (const [i, gate] of GATES.entries()) {
      if (judgeClassMix(gate, given).outcome === 'failed') failures[i] = (failures[i] ?? 0) + 1;
    }
  }
  return failures.map((count) => count / FLEETS);
}

for (const [hours, nature] of [
  ['a day with busy hours', DAY],
  ['dusk', DUSK],
] as const) {
  for (const [wave, control] of [
    [1, 99],
    [1, 20],
    [5, 40],
  ] as const) {
    t.test(`${hours}, ${wave} of ${control}: what changes nothing is seldom stopped`, async (t) => {
      // Beyond all untouched devices, once in so many and one; else as often as alpha says.
      const most = Math.max(0.01, 1 / (control + 1));
      const bound = most + 3 * Math.sqrt((most * (1 - most)) / FLEETS);
      for (const [i, rate] of stopped({ nature, wave, control }).entries()) {
        t.ok(rate <= bound, `${GATES[i]?.measure}: ${rate}, at most ${most} but for chance`);
      }
    });
  }
}

for (const [confusion, nature, wave, control, least] of [
  [SWAPPED, DAY, 1, 20, 0.4],
  [SWAPPED, DAY, 3, 40, 0.9],
  [SWAPPED, DUSK, 1, 20, 0.8],
  [SWAPPED, DUSK, 3, 40, 0.95],
  [ONE_WAY, DAY, 1, 20, 0.8],
  [ONE_WAY, DAY, 3, 40, 0.95],
] as const) {
  const what = `${Object.entries(confusion).join(' and ')}${nature === DUSK ? ' at dusk' : ''}`;
  t.test(`${what}, on ${wave} of ${control}, is seen within minutes`, async (t) => {
    for (const [i, rate] of stopped({ nature, wave, control, confusion }).entries()) {
      t.ok(rate >= least, `${GATES[i]?.measure}: ${rate}`);
    }
  });
}

t.test('dusk would stop it, were other devices not asked', async (t) => {
  const drawn = drawFleet({ ...DUSK, devices: 25 }, seededRandom(1));
  const still = drawn.slice(5).map((device) => ({ ...device, after: device.before }));
  for (const gate of GATES) {
    t.equal(
      judgeClassMix(gate, figures({ wave: drawn.slice(0, 5), control: still })).outcome,
      'failed',
    );
    const asked = figures({ wave: drawn.slice(0, 5), control: drawn.slice(5) });
    t.equal(judgeClassMix(gate, asked).outcome, 'passed');
  }
});
