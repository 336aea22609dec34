import t from 'tap';
import {
  byInWords,
  courseInWords,
  spanInWords,
} from '../../../control-plane/dashboard/src/rollouts/words/decisions.ts';
import { countsInWords } from '../../../control-plane/dashboard/src/rollouts/words/device-states.ts';
import {
  barEnd,
  limitInWords,
  measureInWords,
  reportsInWords,
  statusInWords,
} from '../../../control-plane/dashboard/src/rollouts/words/gates.ts';
import { targetInWords } from '../../../control-plane/dashboard/src/rollouts/words/target.ts';
import type { GateStatus } from '../../../control-plane/src/resources/rollout-gates.ts';
import {
  type GateReading,
  readGate,
} from '../../../control-plane/src/rollouts/gates/gate-reading.ts';
import { gateOf } from '../../control-plane/rollouts/stand/gate-cases.ts';

const latency = gateOf('latency');

const status = (outcome: GateStatus['outcome'], reading: Partial<GateReading>): GateStatus => ({
  gate: latency,
  outcome,
  reason: null,
  reading: { ...readGate(latency, {}), ...reading },
});

const ENOUGH = { reports: 500, measured: 1.2 };

const STATUSES: readonly [GateStatus, 'not yet' | 'now' | 'then', string, RegExp][] = [
  [status(null, {}), 'not yet', 'plain', /not measured/],
  [status('passed', ENOUGH), 'now', 'good', /so far/],
  [status('passed', ENOUGH), 'then', 'good', /^passed$/],
  [status('failed', { ...ENOUGH, measured: 2 }), 'now', 'bad', /^fails$/],
  [status('failed', { ...ENOUGH, measured: 2 }), 'then', 'bad', /^failed$/],
  [status('undecided', { reports: 12 }), 'now', 'plain', /too little/],
  [status('undecided', ENOUGH), 'now', 'plain', /not decided/],
  [status('undecided', { ...ENOUGH, measured: 2 }), 'now', 'warn', /beyond its limit/],
  // What is beyond its limit by chance alone passes: the gate says so, the bar does not know.
  [status('passed', { ...ENOUGH, measured: 2 }), 'now', 'good', /passes/],
];

t.test('how a gate stands is what the gate says, not where its bar is', async (t) => {
  for (const [gate, judged, kind, word] of STATUSES) {
    const said = statusInWords(gate, judged);
    t.equal(said.kind, kind, said.word);
    t.match(said.word, word);
  }
});

t.test('figures have their units, and what rounds to nothing has no sign', async (t) => {
  t.equal(measureInWords(0.98, { unit: 'share' }), '98.0\u00a0%');
  t.equal(measureInWords(-0.0001, { unit: 'points' }), '0.0 points');
  t.equal(measureInWords(-0.034, { unit: 'points' }), '-3.4 points');
  t.equal(measureInWords(2.5, { unit: 'an hour' }), '2.50 an hour');
  t.equal(measureInWords(null, { unit: 'times' }), '–');
  t.equal(limitInWords(readGate(latency, {})), 'at most 1.50 times');
  t.equal(limitInWords(readGate(gateOf('update-success'), {})), 'at least 90.0\u00a0%');
});

t.test('a limit is a line within the bar, whatever it is', async (t) => {
  const limits = [0, 0.1, 1].map((limit) => gateOf('update-errors', { limit }));
  for (const gate of [...limits, gateOf('update-success', { limit: 1 }), latency]) {
    const reading = readGate(gate, {});
    t.ok(barEnd(reading) > 0 && reading.limit <= barEnd(reading), `${gate.kind} ${reading.limit}`);
  }
});

t.test('reports: of how many, until there are enough', async (t) => {
  const of = { needed: 400, of: 'frames' } as const;
  t.equal(reportsInWords({ ...readGate(latency, {}), ...of, reports: 12 }), '12 of 400 frames');
  t.equal(reportsInWords({ ...readGate(latency, {}), ...of, reports: 4650 }), '4,650 frames');
});

t.test('how it came to be where it is, in a sentence', async (t) => {
  const at = '2026-11-26T18:00:00.000Z' as never;
  const course = (event: string, by: string, reason: string) =>
    courseInWords({ at, event, by, reason });
  t.equal(
    course('roll-back', 'gate:latency', 'Too slow.'),
    'Rolled back by its gate on latency: Too slow.',
  );
  t.equal(course('complete', 'engine', 'All 7 gates passed.'), 'Completed: All 7 gates passed.');
  t.equal(course('pause', 'person:anna', 'Lunch.'), 'Paused by anna: Lunch.');
  t.equal(course('abort', 'token:ci', 'Ordered by token:ci.'), 'Aborted by ci.');
  t.equal(course('create', 'token:ci', 'Planned.'), 'Planned by ci.');
  t.equal(byInWords('rollout:1'), 'another rollout');
  t.equal(byInWords('token:a:b'), 'a:b');
});

t.test('times, counts and targets as a person says them', async (t) => {
  t.equal(spanInWords(1_800_000), '30\u00a0min');
  t.equal(spanInWords(5_400_000), '1.5\u00a0h');
  t.equal(spanInWords(90_000), '1.5\u00a0min');
  t.equal(spanInWords(400), '400\u00a0ms');
  t.equal(countsInWords({ failed: 1, done: 3, pending: 0 }), '3 running it, 1 failed');
  t.equal(countsInWords({}), 'no device');
  t.equal(targetInWords({}), 'every device that has the slot');
  t.equal(targetInWords({ sites: ['a', 'b'], tags: ['lab'] } as never), 'sites a or b, tagged lab');
});
