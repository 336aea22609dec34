import { epochMillis, type Sha256, type UpdateState } from '@edgeloop/protocol';
import t from 'tap';
import {
  MAX_BOOTS,
  MAX_FAILURES,
  MAX_WRITES,
} from '../../../../agent/src/update/machine/limits.ts';
import {
  hasEnded,
  keptBy,
  newSlotRecord,
  runsBy,
  type SlotRecord,
} from '../../../../agent/src/update/machine/slot-record.ts';
import { transition } from '../../../../agent/src/update/machine/transition.ts';
import { TRANSITIONS } from '../../../../agent/src/update/machine/transitions.ts';
import type { UpdateEvent } from '../../../../agent/src/update/machine/update-event.ts';

const [YAML, A, B, C] = ['0', 'a', 'b', 'c'].map((digit) => digit.repeat(64)) as [
  Sha256,
  Sha256,
  Sha256,
  Sha256,
];
const reason = { code: 'WHY', message: 'because' };
const NOW = epochMillis(1_000);
const STATES = Object.keys(TRANSITIONS) as UpdateState[];

const assigned = (model: Sha256, generation: number): UpdateEvent => ({
  kind: 'assigned',
  assignment: { model, generation },
});
const after = (events: readonly UpdateEvent[], from = newSlotRecord(YAML)): SlotRecord =>
  events.reduce((record, event) => transition(record, event, NOW), from);
const DONE: UpdateEvent = { kind: 'done' };
const FAILED: UpdateEvent = { kind: 'failed', reason };
const PASSING: UpdateEvent = { kind: 'passing', reason };
const BOOTED: UpdateEvent = { kind: 'booted', fallback: YAML };

/** Events that lead to each state, for model B where A is good. */
const PATHS: Record<UpdateState, UpdateEvent[]> = {
  waiting: [assigned(B, 2), PASSING],
  downloading: [assigned(B, 2)],
  verifying: [assigned(B, 2), DONE],
  testing: [assigned(B, 2), DONE, DONE],
  activating: [assigned(B, 2), DONE, DONE, DONE],
  probation: [assigned(B, 2), DONE, DONE, DONE, DONE],
  committed: [assigned(B, 2), DONE, DONE, DONE, DONE, DONE],
  reverted: [assigned(B, 2), DONE, DONE, DONE, DONE, FAILED],
  refused: [assigned(B, 2), { kind: 'refused', reason }],
  failed: [assigned(B, 2), FAILED],
};
const GOOD = after([assigned(A, 1), DONE, DONE, DONE, DONE, DONE]);
const inState = (state: UpdateState) => after(PATHS[state], GOOD);

t.test('each state is reached, and each cell of the table leads where it says', async (t) => {
  for (const state of STATES) {
    const record = inState(state);
    t.equal(record.update?.state, state);
    for (const kind of ['due', 'done', 'passing', 'refused', 'failed'] as const) {
      const next = transition(record, { kind, reason } as UpdateEvent, NOW);
      const expected = TRANSITIONS[state][kind];
      if (expected) t.equal(next.update?.state, expected, `${state}: ${kind}`);
      else t.equal(next, record, `${state}: ${kind} changes nothing`);
    }
  }
});

t.test('only in probation an unproven model runs', async (t) => {
  for (const state of STATES) {
    const expected = state === 'probation' || state === 'committed' ? B : A;
    t.equal(runsBy(inState(state)).model, expected, state);
  }
});

t.test('a commit keeps the model before, and its generation', async (t) => {
  const { good, previous } = inState('committed');
  t.same(good, { model: B, generation: 2 });
  t.same(previous, { model: A, generation: 1 });
});

t.test('what was good and what is on its way stay on disk', async (t) => {
  t.same([...keptBy(inState('downloading'))], [A, YAML, B]);
  t.same([...keptBy(inState('committed'))], [B, A]);
  t.same([...keptBy(inState('failed'))], [A, YAML]);
});

t.test(
  'a new assignment supersedes in every state, and the good model runs meanwhile',
  async (t) => {
    for (const state of STATES) {
      const next = transition(inState(state), assigned(C, 3), NOW);
      t.match(next.update, { model: C, generation: 3, state: 'downloading', attempts: 1 }, state);
      t.equal(runsBy(next).model, state === 'committed' ? B : A, state);
    }
  },
);

t.test('what runs already is committed at once, also out of a probation', async (t) => {
  for (const state of STATES) {
    const before = inState(state);
    const next = transition(before, assigned(before.good.model, 3), NOW);
    t.match(next.update, { state: 'committed', generation: 3 }, state);
    t.same(next.good, { model: before.good.model, generation: 3 }, state);
  }
});

t.test('the same model under a new generation goes on from where it is', async (t) => {
  for (const state of STATES) {
    const next = transition(inState(state), assigned(B, 3), NOW);
    const ended = hasEnded({ state });
    const expected =
      state === 'committed' ? state : ended || state === 'waiting' ? 'downloading' : state;
    t.match(next.update, { state: expected, generation: 3 }, state);
  }
});

t.test('starts count where the model may be what ended the last run', async (t) => {
  for (const state of STATES) {
    const risky = state === 'testing' || state === 'activating' || state === 'probation';
    const boots = Array.from({ length: MAX_BOOTS }, () => BOOTED);
    const once = after(boots.slice(0, 1), inState(state));
    t.equal(once.update?.boots, risky ? 1 : 0, state);
    t.equal(after(boots.slice(1), inState(state)).update?.state, state, `${state}: one less`);
    const last = after(boots, inState(state));
    t.equal(last.update?.state, risky ? TRANSITIONS[state].givenUp : state, state);
    t.equal(
      last.update?.reason?.code,
      risky ? 'UPDATE_GIVEN_UP' : inState(state).update?.reason?.code,
    );
  }
});

t.test('starts count within one state', async (t) => {
  const record = after([BOOTED, BOOTED, DONE, BOOTED], inState('testing'));
  t.match(record.update, { state: 'activating', boots: 1 });
});

t.test('what may pass is tried again, a bounded number of times', async (t) => {
  let record = inState('downloading');
  let tries = 0;
  while (record.update && !hasEnded(record.update)) {
    record = after([PASSING, { kind: 'due' }], record);
    tries += 1;
  }
  t.equal(tries, MAX_FAILURES);
  t.match(record.update, { state: 'failed', reason: { code: 'WHY' }, attempts: MAX_FAILURES });
});

t.test('what it was given up for is a sentence', async (t) => {
  const said = (record: SlotRecord) => record.update?.reason?.message;
  const boots = Array.from({ length: MAX_BOOTS }, () => BOOTED);
  const during = {
    testing: 'while testing the model',
    activating: 'while activating the model',
    probation: "in the model's probation",
  };
  for (const state of ['testing', 'activating', 'probation'] as const) {
    const expected = `Given up: the agent started ${MAX_BOOTS} times ${during[state]}.`;
    t.equal(said(after(boots, inState(state))), expected);
  }
  const tries = Array.from({ length: MAX_FAILURES }, () => [PASSING, { kind: 'due' }] as const);
  const tried = after(tries.flat(), inState('downloading'));
  t.equal(said(tried), `Given up after ${MAX_FAILURES} tries: because`);
  const { update, ...record } = inState('downloading');
  const many = after([PASSING], { ...record, update: { ...update!, writes: MAX_WRITES } });
  t.equal(said(many), `Given up after ${MAX_WRITES} changes of state.`);
});

t.test('tries that come further are bounded by the writes alone', async (t) => {
  let record = inState('downloading');
  for (let i = 0; i < MAX_FAILURES + 1; i++) {
    record = after([{ kind: 'passing', reason, progressed: true }, { kind: 'due' }], record);
  }
  t.match(record.update, { state: 'downloading', failures: 1 });
  let writes = 0;
  while (record.update && !hasEnded(record.update)) {
    record = after([{ kind: 'passing', reason, progressed: true }, { kind: 'due' }], record);
    writes += 1;
    if (writes > MAX_WRITES) break;
  }
  t.match(record.update, { state: 'failed', reason: { code: 'UPDATE_GIVEN_UP' } });
  t.ok((record.update?.writes ?? 0) <= MAX_WRITES + 1);
});

t.test('a refusal is told, and disturbs neither what runs nor what is on its way', async (t) => {
  const rejected: UpdateEvent = {
    kind: 'rejected',
    assignment: { model: C, generation: 9 },
    reason,
  };
  for (const state of STATES) {
    const before = inState(state);
    const next = transition(before, rejected, NOW);
    t.same(runsBy(next), runsBy(before), state);
    if (!hasEnded({ state })) t.equal(next, before, state);
    else {
      t.match(next.update, { model: C, generation: 9, state: 'refused', reason }, state);
      t.equal(transition(next, rejected, NOW), next, 'once');
    }
  }
});

t.test(
  'a package that is lost is gone back from: to the one before, then to agent.yaml',
  async (t) => {
    const lost = (model: Sha256): UpdateEvent => ({ kind: 'lost', model, fallback: YAML, reason });
    const probation = transition(inState('probation'), lost(B), NOW);
    t.match(probation.update, { state: 'reverted', reason });
    t.equal(runsBy(probation).model, A);
    const committed = transition(inState('committed'), lost(B), NOW);
    t.match(committed.update, { state: 'reverted', reason });
    t.same(committed.good, { model: A, generation: 1 });
    const both = transition(committed, lost(A), NOW);
    t.same(both.good, { model: YAML, generation: null });
    t.equal(transition(inState('testing'), lost(C), NOW).update?.state, 'testing');
  },
);

t.test('agent.yaml may name another package after a start', async (t) => {
  const booted = (fallback: Sha256): UpdateEvent => ({ kind: 'booted', fallback });
  t.equal(after([booted(C)]).good.model, C);
  const firstUpdate = after([assigned(A, 1), DONE, DONE, DONE, DONE, DONE, booted(C)]);
  t.same([firstUpdate.good.model, firstUpdate.previous?.model], [A, C]);
  t.equal(transition(GOOD, BOOTED, NOW), GOOD, 'nothing to write');
});
