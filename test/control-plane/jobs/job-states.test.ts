import t from 'tap';
import {
  type JobEvent,
  type JobState,
  nextState,
} from '../../../control-plane/src/jobs/job-states.ts';
import { mergeEpochs } from '../../../control-plane/src/jobs/merge-epochs.ts';
import { retryDelay } from '../../../control-plane/src/jobs/retry-delay.ts';

const EVENTS: readonly JobEvent[] = [
  ...(['lease', 'heartbeat', 'release', 'expire', 'break', 'refuse', 'succeed'] as const),
  ...(['cancel', 'retry'] as const),
];

t.test('every state and every event', (t) => {
  const worked = {
    heartbeat: 'running',
    release: 'queued',
    expire: 'queued',
    break: 'queued',
    refuse: 'failed',
    succeed: 'succeeded',
    cancel: 'cancelled',
  };
  const table: Record<JobState, Partial<Record<JobEvent, string>>> = {
    queued: { lease: 'leased', cancel: 'cancelled' },
    leased: worked,
    running: worked,
    succeeded: {},
    failed: { retry: 'queued' },
    cancelled: { retry: 'queued' },
  };
  for (const [state, row] of Object.entries(table) as [JobState, Record<string, string>][]) {
    for (const event of EVENTS) {
      const next = nextState(state, event, { attempts: 1, maxAttempts: 2 });
      t.equal(next, row[event] ?? null, `${state}, ${event}`);
    }
  }
  t.end();
});

t.test('without an attempt left, what broke has failed; what was given back has not', (t) => {
  const last = { attempts: 2, maxAttempts: 2 };
  t.equal(nextState('running', 'expire', last), 'failed');
  t.equal(nextState('leased', 'break', last), 'failed');
  t.equal(nextState('running', 'release', last), 'queued');
  t.end();
});

t.test('waits longer with each attempt, never nothing, never more than an hour', (t) => {
  for (const [attempts, random, delay] of [
    [1, 0, 15_000],
    [1, 1, 30_000],
    [2, 0.5, 45_000],
    [4, 1, 240_000],
    [100, 0, 1_800_000],
    [100, 1, 3_600_000],
  ] as const) {
    t.equal(retryDelay(attempts, random), delay, `attempt ${attempts}, random ${random}`);
  }
  t.end();
});

t.test('epochs that are told again take the place of those that were told before', (t) => {
  const epoch = (number: number, loss: number) => ({
    epoch: number,
    loss,
    accuracy: 0.5,
    validationLoss: 1,
    validationAccuracy: 0.5,
    learningRate: 0.1,
  });
  const known = [epoch(1, 3), epoch(2, 2), epoch(3, 1)];
  t.same(mergeEpochs(known, []), known);
  t.same(mergeEpochs([], [epoch(1, 3)]), [epoch(1, 3)]);
  t.same(mergeEpochs(known, [epoch(4, 0.5)]), [...known, epoch(4, 0.5)]);
  t.same(mergeEpochs(known, [epoch(2, 9)]), [epoch(1, 3), epoch(2, 9)]);
  t.end();
});
