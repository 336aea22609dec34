import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { reasonsFor } from '../../../agent/src/sampling/policies/policies.ts';
import type { Facts } from '../../../agent/src/sampling/policies/policy.ts';
import { random } from '../../../agent/src/sampling/policies/random.ts';
import {
  changePlan,
  DEFAULT_PLAN,
  type SamplingPlan,
} from '../../../agent/src/sampling/sampling-plan.ts';

/** A frame that nothing speaks for. */
const DULL: Facts = {
  frameId: 'boot/cam0/1',
  requested: false,
  disagreed: false,
  margin: 0.9,
  entropy: 0.1,
  classShare: 0.5,
  classFrames: 10_000,
  distance: 0.01,
};
const PLAN: SamplingPlan = {
  ...DEFAULT_PLAN,
  random: null,
  uncertain: { margin: 0.2, entropy: 0.7 },
  rare: { share: 0.01, minFrames: 1_000 },
  changed: { distance: 0.3 },
};

for (const [what, facts, reasons] of [
  ['nothing', {}, []],
  ['asked for', { requested: true }, ['requested']],
  ['a candidate says something else', { disagreed: true }, ['disagreed']],
  ['two classes nearly as likely', { margin: 0.19 }, ['uncertain']],
  ['at the margin', { margin: 0.2 }, []],
  ['many classes as likely', { entropy: 0.71 }, ['uncertain']],
  ['at the entropy', { entropy: 0.7 }, []],
  ['a rare class', { classShare: 0.009 }, ['rare']],
  ['a class that was never seen', { classShare: 0 }, ['rare']],
  ['a rare class among too few frames', { classShare: 0, classFrames: 999 }, []],
  ['a class at the share', { classShare: 0.01 }, []],
  ['something new', { distance: 0.31 }, ['changed']],
  ['something at the distance', { distance: 0.3 }, []],
  ['nothing to compare with', { distance: null }, []],
  [
    'all of it, in the order of account',
    { requested: true, margin: 0, classShare: 0, distance: 1 },
    ['requested', 'uncertain', 'rare', 'changed'],
  ],
] as const) {
  t.test(`a frame with ${what} is kept as ${reasons.join(', ') || 'nothing'}`, async (t) => {
    t.same(reasonsFor({ ...DULL, ...facts }, PLAN), reasons);
  });
}

t.test('a policy that is off holds for nothing', async (t) => {
  const off = changePlan(PLAN, { random: null, uncertain: null, rare: null, changed: null });
  const facts = { ...DULL, margin: 0, entropy: 1, classShare: 0, distance: 2 };
  t.same(reasonsFor(facts, off), []);
});

const drawn = (frameId: string, oneIn: number, facts: Partial<Facts> = {}) =>
  random.holds({ ...DULL, ...facts, frameId }, { ...PLAN, random: { oneIn } });

t.test('one in N is drawn, whatever boot and camera, evenly over time', async (t) => {
  const frames = 200_000;
  const oneIn = 50;
  for (const camera of ['cam0', 'cam1']) {
    const name = `77777777-7777-4777-8777-777777777777/${camera}`;
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < frames; i++) {
      if (drawn(`${name}/${i}`, oneIn)) tenths[Math.floor((i * 10) / frames)]! += 1;
    }
    const expected = frames / 10 / oneIn;
    // Chi-squared with 10 degrees of freedom (the total is free).
    const chi = tenths.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    t.ok(chi < 25, `chi-squared ${chi.toFixed(1)} of ${tenths}`);
  }
});

t.test('what is on a frame has no say in the draw', async (t) => {
  const seeded = seededRandom(5);
  for (let i = 0; i < 2_000; i++) {
    const frameId = `boot/cam0/${i}`;
    const first = drawn(frameId, 3);
    const facts = {
      requested: seeded.chance(0.5),
      disagreed: seeded.chance(0.5),
      margin: seeded.next(),
      entropy: seeded.next(),
      classShare: seeded.next(),
      classFrames: Math.floor(seeded.between(0, 1e6)),
      distance: seeded.chance(0.1) ? null : seeded.between(0, 2),
    };
    if (drawn(frameId, 3, facts) !== first) t.fail(`frame ${i} with ${JSON.stringify(facts)}`);
  }
  t.ok(drawn('any', 1), 'one in one is every frame');
});

t.test('settings change what they name', async (t) => {
  const changed = changePlan(PLAN, {
    budgets: { perHour: 5, shares: { random: 0.5 } },
    cooldownMillis: 0,
    random: { oneIn: 7 },
    uncertain: { margin: 0.4 },
    rare: null,
  });
  t.same(changed, {
    ...PLAN,
    budgets: {
      ...PLAN.budgets,
      perHour: 5,
      shares: { ...PLAN.budgets.shares, random: 0.5 },
    },
    cooldown: 0,
    random: { oneIn: 7 },
    uncertain: { margin: 0.4, entropy: 0.7 },
    rare: null,
  });
  t.same(changePlan(changed, { rare: {} }).rare, DEFAULT_PLAN.rare, 'on again, with defaults');
  t.same(changePlan(PLAN, {}), PLAN);
});
