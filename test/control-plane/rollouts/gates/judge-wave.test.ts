import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import {
  DEFAULT_GATES,
  DEFAULT_SHADOW_GATES,
} from '../../../../control-plane/src/rollouts/gates/default-gates.ts';
import type {
  GateOutcome,
  GateResult,
} from '../../../../control-plane/src/rollouts/gates/gate-result.ts';
import type { GateSettings } from '../../../../control-plane/src/rollouts/gates/gate-settings.ts';
import { judgeWave } from '../../../../control-plane/src/rollouts/gates/judge-wave.ts';
import type {
  AgreementFigures,
  WaveFigures,
} from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';
import { device, figures, many, model } from '../stand/figures.ts';

const gateOf = (kind: GateSettings['kind'], changes: object = {}) => {
  const all = [...DEFAULT_GATES, ...DEFAULT_SHADOW_GATES];
  return {
    ...(all.find((gate) => gate.kind === kind) as GateSettings),
    ...changes,
  } as GateSettings;
};
const agreeing = (compared: number, agreed: number): AgreementFigures => ({
  ...{ compared, agreed },
  byClass: { good: { compared, agreed } },
});
const split = (common: [number, number], rare: [number, number]): AgreementFigures => ({
  compared: common[0] + rare[0],
  agreed: common[1] + rare[1],
  byClass: {
    good: { compared: common[0], agreed: common[1] },
    bent: { compared: rare[0], agreed: rare[1] },
  },
});
/** By its 11th bucket, the devices before. */
const slower = (millis: number) => ({ after: model({ empty: 1000 }, { millis }) });
const surer = (bucket: number) => ({ after: model({ empty: 800, good: 200 }, { bucket }) });

type Case = readonly [
  behaviour: string,
  gate: GateSettings,
  figures: WaveFigures,
  /** Before the bake is over, and then. */
  outcomes: readonly [GateOutcome, GateOutcome],
];

const success = gateOf('update-success');
const errors = gateOf('update-errors');
const reports = gateOf('minimum-reports');
const latency = gateOf('latency');
const restarts = gateOf('restarts');
const confidence = gateOf('confidence');
const mix = gateOf('class-mix');
const shadow = gateOf('shadow-agreement');

const CASES: readonly Case[] = [
  ['nobody in the wave', success, figures(), ['undecided', 'failed']],
  ['all committed', success, figures({ updates: { committed: 10 } }), ['passed', 'passed']],
  [
    'enough may yet commit',
    success,
    figures({ updates: { committed: 8, underWay: 2 } }),
    ['undecided', 'failed'],
  ],
  [
    'too few can commit',
    success,
    figures({ updates: { committed: 5, failed: 2, underWay: 3 } }),
    ['failed', 'failed'],
  ],

  ['nobody in the wave', errors, figures(), ['undecided', 'failed']],
  ['none failed', errors, figures({ updates: { committed: 10 } }), ['passed', 'passed']],
  [
    'as many as are allowed',
    errors,
    figures({ updates: { committed: 9, refused: 1 } }),
    ['passed', 'passed'],
  ],
  [
    'one more is under way',
    errors,
    figures({ updates: { committed: 8, reverted: 1, underWay: 1 } }),
    ['undecided', 'failed'],
  ],
  [
    'too many, at once',
    errors,
    figures({ updates: { failed: 1, reverted: 1, underWay: 8 } }),
    ['failed', 'failed'],
  ],
  [
    'more than the count, however many devices',
    gateOf('update-errors', { count: 1 }),
    figures({ updates: { committed: 998, failed: 2 } }),
    ['failed', 'failed'],
  ],

  ['nobody is measured', reports, figures(), ['undecided', 'failed']],
  [
    'one that was left out is no silent one',
    reports,
    figures({ wave: many(3, (i) => (i === 0 ? { runs: false, after: model({}) } : {})) }),
    ['passed', 'passed'],
  ],
  [
    'none took it',
    reports,
    figures({ wave: many(3, () => ({ runs: false, after: model({}) })) }),
    ['undecided', 'failed'],
  ],
  ['all told enough', reports, figures({ wave: many(5) }), ['passed', 'passed']],
  [
    'one in three is silent',
    reports,
    figures({ wave: many(3, (i) => (i === 0 ? { after: model({}) } : {})) }),
    ['undecided', 'failed'],
  ],

  [
    'no frames',
    latency,
    figures({ wave: [device({ after: model({}) })] }),
    ['undecided', 'failed'],
  ],
  ['as quick as before', latency, figures({ wave: many(2) }), ['passed', 'passed']],
  ['twice as slow', latency, figures({ wave: many(2, () => slower(40)) }), ['undecided', 'failed']],
  [
    'as slow as all others have become: a hot afternoon',
    latency,
    figures({ wave: many(2, () => slower(40)), control: many(3, () => slower(40)) }),
    ['passed', 'passed'],
  ],
  [
    'over the absolute limit, though others slowed, too',
    gateOf('latency', { limit: 30 }),
    figures({ wave: many(2, () => slower(40)), control: many(3, () => slower(40)) }),
    ['undecided', 'failed'],
  ],
  [
    'nothing ran before, and nothing says how slow it may be',
    latency,
    figures({ wave: [device({ before: model({}) })] }),
    ['undecided', 'failed'],
  ],
  [
    'nothing ran before, and it is quick enough',
    gateOf('latency', { limit: 30 }),
    figures({ wave: [device({ before: model({}) })] }),
    ['passed', 'passed'],
  ],

  [
    'not a word from anybody',
    restarts,
    figures({ wave: [device({ hours: 0 })], control: many(3) }),
    ['undecided', 'failed'],
  ],
  ['none', restarts, figures({ wave: many(2), control: many(3) }), ['passed', 'passed']],
  [
    'one device crashes over and over, before it ever tells of its health',
    restarts,
    figures({ wave: [device({ hours: 0, boots: 40 })], control: many(3) }),
    ['failed', 'failed'],
  ],
  [
    'its model process does',
    restarts,
    figures({ wave: [device({ processRestarts: 12 })], control: many(1) }),
    ['failed', 'failed'],
  ],
  [
    'all restart: a power cut',
    restarts,
    figures({ wave: many(5, () => ({ boots: 1 })), control: many(20, () => ({ boots: 1 })) }),
    ['passed', 'passed'],
  ],
  [
    'a few of many, which may be chance',
    restarts,
    figures({ wave: many(3, () => ({ boots: 1 })), control: many(3) }),
    ['passed', 'passed'],
  ],
  [
    'a few, soon after a long download',
    restarts,
    figures({
      wave: many(10, (i) => ({ boots: i < 4 ? 1 : 0, since: epochMillis(54 * 60_000) })),
      control: many(20),
    }),
    ['failed', 'failed'],
  ],
  [
    'nobody to compare with',
    restarts,
    figures({ wave: many(2, () => ({ boots: 3 })) }),
    ['failed', 'failed'],
  ],

  ['nobody to compare with', confidence, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'as sure as before',
    confidence,
    figures({ wave: many(1), control: many(12) }),
    ['passed', 'passed'],
  ],
  [
    'much less sure',
    confidence,
    figures({ wave: [device(surer(5))], control: many(12) }),
    ['undecided', 'failed'],
  ],
  [
    'less sure as all others: dusk',
    confidence,
    figures({ wave: [device(surer(5))], control: many(12, () => surer(5)) }),
    ['passed', 'passed'],
  ],
  [
    'less sure, as some untouched are',
    confidence,
    figures({ wave: [device(surer(6))], control: many(20, (i) => surer(i % 4 === 0 ? 5 : 8)) }),
    ['passed', 'passed'],
  ],
  [
    'less sure, and too few untouched to say whether that is much',
    confidence,
    figures({ wave: [device(surer(5))], control: many(2, (i) => surer(i === 0 ? 5 : 8)) }),
    ['undecided', 'failed'],
  ],
  [
    'surer, when only a fall counts',
    confidence,
    figures({ wave: [device(surer(9))], control: many(12, () => surer(7)) }),
    ['passed', 'passed'],
  ],
  [
    'surer, when either counts',
    gateOf('confidence', { direction: 'either' }),
    figures({ wave: [device(surer(9))], control: many(12, () => surer(7)) }),
    ['undecided', 'failed'],
  ],

  ['nobody to compare with', mix, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'the mix before is not known',
    mix,
    figures({ wave: [device({ before: model({ empty: 9 }) })], control: many(12) }),
    ['undecided', 'failed'],
  ],
  [
    'the mix is as it was',
    mix,
    figures({ wave: many(1), control: many(12) }),
    ['passed', 'passed'],
  ],
  [
    'good is called bent',
    mix,
    figures({
      wave: [device({ after: model({ empty: 800, bent: 200 }) })],
      control: many(12),
    }),
    ['undecided', 'failed'],
  ],
  [
    'the same, by Jensen and Shannon',
    gateOf('class-mix', { measure: 'jensen-shannon', limit: 0.05 }),
    figures({
      wave: [device({ after: model({ empty: 800, bent: 200 }) })],
      control: many(12),
    }),
    ['undecided', 'failed'],
  ],
  [
    'the mix is another on all devices: dusk',
    mix,
    figures({
      wave: [device({ after: model({ empty: 200, good: 800 }) })],
      control: many(12, () => ({ after: model({ empty: 200, good: 800 }) })),
    }),
    ['passed', 'passed'],
  ],
  [
    'a mix that some untouched devices have as well',
    mix,
    figures({
      wave: [device({ after: model({ empty: 400, good: 600 }) })],
      control: many(30, (i) => (i < 3 ? { after: model({ empty: 300, good: 700 }) } : {})),
    }),
    ['passed', 'passed'],
  ],

  ['no shadow', shadow, figures({ wave: many(2) }), ['undecided', 'failed']],
  [
    'it agrees',
    shadow,
    figures({ wave: many(2, () => ({ shadow: agreeing(1000, 980) })) }),
    ['passed', 'passed'],
  ],
  [
    'it agrees too seldom',
    shadow,
    figures({ wave: many(2, () => ({ shadow: agreeing(1000, 800) })) }),
    ['undecided', 'failed'],
  ],
  [
    'it agrees on nearly all, and never on a rare class',
    shadow,
    figures({ wave: many(2, () => ({ shadow: split([950, 940], [50, 2]) })) }),
    ['undecided', 'failed'],
  ],
  [
    'enough frames, but devices are of two minds: the sample is smaller than it looks',
    gateOf('shadow-agreement', { limit: 0.9 }),
    figures({ wave: many(4, (i) => ({ shadow: agreeing(1000, i === 0 ? 750 : 1000) })) }),
    ['undecided', 'failed'],
  ],
];

for (const [behaviour, gate, given, [before, after]] of CASES) {
  t.test(`${gate.kind}: ${behaviour}`, async (t) => {
    const judge = (over: boolean) => judgeWave([gate], given, { over })[0] as GateResult;
    const [early, late] = [judge(false), judge(true)];
    t.equal(early.outcome, before, early.reason);
    t.equal(late.outcome, after, late.reason);
    t.same(late.gate, gate);
    t.match(late.reason, /^[A-Z0-9].*\.$/, 'a sentence');
  });
}

t.test('a figure that is no number passes nothing', async (t) => {
  const given = figures({
    updates: { committed: Number.NaN },
    wave: many(2, () => ({ processRestarts: Number.NaN, after: model({ empty: Number.NaN }) })),
    control: many(12),
  });
  const gates = [...DEFAULT_GATES, ...DEFAULT_SHADOW_GATES];
  for (const { gate, outcome, reason } of judgeWave(gates, given, { over: true })) {
    t.equal(outcome, 'failed', `${gate.kind}: ${reason}`);
  }
});

t.test('distributions pause, all else rolls back', async (t) => {
  const pausing = DEFAULT_GATES.filter(({ onFailure }) => onFailure === 'pause');
  t.same(
    pausing.map(({ kind }) => kind),
    ['confidence', 'class-mix'],
  );
});
