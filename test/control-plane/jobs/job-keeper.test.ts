import { millis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { JobKeeper } from '../../../control-plane/src/jobs/job-keeper.ts';
import { until } from '../../stand/until.ts';

t.test(
  'a label, and the end of a job, have triggers looked at soon, not a minute later',
  async (t) => {
    const events = new EventBus({ now: () => 0 as never });
    let looks = 0;
    const none = async () => [];
    const keeper = new JobKeeper({
      events,
      linger: millis(20),
      log: pino({ level: 'silent' }),
      time: { earliest: () => 0 },
      triggerWatch: { look: async () => void looks++ },
      driftWatch: { look: async () => {} },
      leases: { expire: none },
      files: { dropOf: none },
      jobs: {},
      bell: {},
      jobArtifacts: { removeExpired: async () => {} },
    } as never);
    keeper.start();
    t.teardown(() => keeper.close());
    await until(() => looks === 1);
    for (const kind of ['label.changed', 'job.changed'] as const) {
      const before = looks;
      for (let i = 0; i < 5; i++) events.publish({ kind, subject: {}, data: null });
      await until(() => looks > before);
      t.equal(looks, before + 1, 'what comes together is looked at once');
    }
    events.publish({ kind: 'sample.stored', subject: {}, data: null });
    await new Promise((resolve) => setTimeout(resolve, 60));
    t.equal(looks, 3, 'a sample without a label changes nothing');
  },
);
