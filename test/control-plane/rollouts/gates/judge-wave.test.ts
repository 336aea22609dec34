import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import {
  DEFAULT_GATES,
  DEFAULT_SHADOW_GATES,
} from '../../../../control-plane/src/rollouts/gates/default-gates.ts';
import { judgeWave } from '../../../../control-plane/src/rollouts/gates/judge-wave.ts';
import { device, figures, many, model } from '../stand/figures.ts';
import { gateOf, testGates } from '../stand/gate-cases.ts';

/** By its 11th bucket, the devices before. */
const slower = (millis: number) => ({ after: model({ empty: 1000 }, { millis }) });

const success = gateOf('update-success');
const errors = gateOf('update-errors');
const reports = gateOf('minimum-reports');
const latency = gateOf('latency');
const restarts = gateOf('restarts');

testGates(t, [
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
]);

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
