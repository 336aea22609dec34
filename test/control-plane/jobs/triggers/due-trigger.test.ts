import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import {
  DEFAULT_SETTINGS,
  type TrainingSettings,
} from '../../../../control-plane/src/jobs/training-settings.ts';
import {
  dueTrigger,
  type TriggerFacts,
} from '../../../../control-plane/src/jobs/triggers/due-trigger.ts';
import { nextTime } from '../../../../control-plane/src/jobs/triggers/next-time.ts';

const at = (text: string): EpochMillis => epochMillis(Date.parse(text));

const due = (triggers: Partial<TrainingSettings['triggers']>, facts: Partial<TriggerFacts>) =>
  dueTrigger(
    { triggers: { labels: null, schedule: null, drift: null, ...triggers } },
    {
      now: at('2026-03-02T12:00:00Z'),
      newLabels: 0,
      unstarted: null,
      drifts: [],
      scheduleSeenAt: at('2026-03-02T11:59:00Z'),
      ...facts,
    },
  );

t.test('by default nothing starts by itself', (t) => {
  const { triggers } = DEFAULT_SETTINGS;
  t.equal(
    due(triggers, { newLabels: 1e6, drifts: [{ device: 'door', psi: 9, samples: 9 }] }),
    null,
  );
  t.end();
});

t.test('so many new labels', (t) => {
  t.equal(due({ labels: { count: 50 } }, { newLabels: 49 }), null);
  const reason = '50 new labels since the last dataset version, 50 start a training.';
  t.same(due({ labels: { count: 50 } }, { newLabels: 50 }), { kind: 'labels', reason });
  t.end();
});

t.test('a schedule is due once, also after a time of nobody looking', (t) => {
  const schedule = { cron: '0 12 * * *', timezone: 'UTC' };
  for (const [seen, now, expected] of [
    ['2026-03-02T11:59:00Z', '2026-03-02T11:59:59Z', null],
    ['2026-03-02T11:59:00Z', '2026-03-02T12:00:00Z', /2026-03-02T12:00:00\.000Z/],
    ['2026-03-02T12:00:00Z', '2026-03-02T12:01:00Z', null],
    ['2026-02-25T13:00:00Z', '2026-03-02T12:01:00Z', /2026-02-26T12:00:00\.000Z/],
  ] as const) {
    const trigger = due({ schedule }, { scheduleSeenAt: at(seen), now: at(now) });
    if (expected === null) t.equal(trigger, null, `${seen} ${now}`);
    else t.match(trigger, { kind: 'schedule', reason: expected });
  }
  t.end();
});

t.test('a training that a version was frozen for starts, as long as its trigger is set', (t) => {
  const unstarted = { kind: 'labels', version: 7 } as const;
  const reason = 'Dataset version 7 was frozen for a training that did not start.';
  t.same(due({ labels: { count: 50 } }, { unstarted }), { kind: 'labels', reason });
  t.equal(due({}, { unstarted }), null);
  const drift = { kind: 'drift', version: 7 } as const;
  t.equal(due({ drift: { psi: 0.25, train: false } }, { unstarted: drift }), null);
  t.end();
});

t.test('two at night is two at night in summer and in winter', (t) => {
  const schedule = { cron: '0 2 * * *', timezone: 'Europe/Berlin' };
  t.equal(nextTime(schedule, at('2026-01-10T12:00:00Z')), at('2026-01-11T01:00:00Z'));
  t.equal(nextTime(schedule, at('2026-07-10T12:00:00Z')), at('2026-07-11T00:00:00Z'));
  t.equal(nextTime({ ...schedule, cron: '0 0 30 2 *' }, at('2026-01-10T12:00:00Z')), null);
  for (const [cron, timezone] of [
    ['at two', 'UTC'],
    ['0 0 2 * * *', 'UTC'],
    ['61 * * * *', 'UTC'],
    ['0 2 * * *', 'Atlantis'],
  ] as const) {
    const matches = { code: 'REQUEST_INVALID', message: /Expected a cron expression/ };
    t.throws(() => nextTime({ cron, timezone }, at('2026-01-10T12:00:00Z')), matches, cron);
  }
  t.end();
});

t.test('drift starts a training where that is wanted and there is something to learn', (t) => {
  const drifts = [
    { device: 'door', psi: 0.3, samples: 900 },
    { device: 'gate', psi: 0.6, samples: 700 },
  ];
  const drift = { psi: 0.25, train: true };
  t.same(due({ drift }, { drifts, newLabels: 1 }), {
    kind: 'drift',
    reason:
      'The scores of gate drifted: a population stability index of 0.60 over 700 frames, 0.25 starts a training.',
  });
  t.equal(due({ drift }, { drifts, newLabels: 0 }), null, 'the same pictures would teach the same');
  t.equal(due({ drift: { ...drift, train: false } }, { drifts, newLabels: 1 }), null);
  t.equal(due({ drift: { ...drift, psi: 0.7 } }, { drifts, newLabels: 1 }), null);
  t.end();
});
