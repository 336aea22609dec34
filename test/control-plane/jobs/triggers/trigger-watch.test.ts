import { epochMillis, parseId, seconds } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { ControlPlaneError } from '../../../../control-plane/src/errors.ts';
import type { DeviceDrift } from '../../../../control-plane/src/jobs/drift/drift-watch.ts';
import { JobBell } from '../../../../control-plane/src/jobs/job-bell.ts';
import { JobStore } from '../../../../control-plane/src/jobs/job-store.ts';
import { Leases } from '../../../../control-plane/src/jobs/leases.ts';
import { SettingsStore } from '../../../../control-plane/src/jobs/settings-store.ts';
import type { TrainingData } from '../../../../control-plane/src/jobs/training-data.ts';
import { TrainingJobs } from '../../../../control-plane/src/jobs/training-jobs.ts';
import {
  DEFAULT_SETTINGS,
  type TrainingSettings,
} from '../../../../control-plane/src/jobs/training-settings.ts';
import { nextTry } from '../../../../control-plane/src/jobs/triggers/next-try.ts';
import { TriggerWatch } from '../../../../control-plane/src/jobs/triggers/trigger-watch.ts';
import { DATABASES } from '../../stand/databases.ts';
import { digest } from '../stand/planned-job.ts';

const task = parseId('task', 'parts');

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    async function begin(t: Parameters<typeof open>[0], triggers: object) {
      const database = await open(t);
      const clock = { now: epochMillis(Date.parse('2026-03-02T11:59:00Z')) };
      const options = { database, now: () => clock.now };
      const drifting: DeviceDrift[] = [];
      const world = { labels: 0, version: 0, drifting, small: false, same: false };
      const frozen = { by: 'token:op', full: false };
      const reference = () => ({
        version: world.version,
        fingerprint: digest(String(world.version)),
      });
      const data: TrainingData = {
        dataset: async () => reference(),
        testSide: async () => [],
        newest: async () => (world.version ? { ...reference(), frozenBy: frozen.by } : null),
        newLabels: async () => world.labels,
        freeze: async (_task, by) => {
          if (world.same) return reference();
          if (world.labels > 0) frozen.by = by;
          if (world.small)
            throw new ControlPlaneError('DATASET_TOO_SMALL', 'Expected two classes.');
          if (world.labels > 0) world.version++;
          world.labels = 0;
          return reference();
        },
      };
      const [jobs, settings] = [new JobStore(options), new SettingsStore(options)];
      const watch = new TriggerWatch({
        jobs,
        settings,
        data,
        now: options.now,
        log: pino({ level: 'silent' }),
        drifting: () => world.drifting,
        trainingJobs: new TrainingJobs({
          jobs,
          settings,
          data,
          bell: new JobBell(),
          events: { publish: () => {} },
          models: {
            async champion() {
              if (frozen.full) throw new ControlPlaneError('JOBS_TOO_MANY', 'Expected fewer jobs.');
              return null;
            },
            manifest: () => Promise.reject(new Error()),
            makeCandidate: async () => () => {},
            taskOf: async () => task,
          },
        }),
      });
      const all: TrainingSettings['triggers'] = { labels: null, schedule: null, drift: null };
      await settings.set(task, { ...DEFAULT_SETTINGS, triggers: { ...all, ...triggers } });
      /** What jobs there are, newest first, after a look. */
      const look = async () => {
        await watch.look();
        return (await jobs.list({})).jobs.map(({ trigger, dataset, state }) => ({
          kind: trigger.kind,
          version: dataset.version,
          state,
        }));
      };
      const leases = new Leases({ ...options, random: () => 0, leaseTime: seconds(60) });
      /** A trainer takes the job and ends it with a model. */
      const train = async () => {
        const has = { gpu: false, memoryBytes: 0 };
        const row = await leases.lease({ trainer: 'x', has, waitSeconds: 0 });
        const verdict = { passed: false, checks: [] } as never;
        await leases.succeed(row!.id, row!.lease_id!, { package: digest('a'), verdict });
      };
      const fail = async () => {
        const has = { gpu: false, memoryBytes: 0 };
        const row = await leases.lease({ trainer: 'x', has, waitSeconds: 0 });
        await leases.fail(row!.id, row!.lease_id!, {
          message: 'It does not learn.',
          passing: false,
        });
      };
      const pass = (minutes: number) => {
        clock.now = epochMillis(clock.now + minutes * 60_000);
      };
      /** What came of the last try, and in how many minutes the next is. */
      const told = async () => {
        const found = await settings.find(task);
        const next = nextTry(found, clock.now);
        return { ...found.lastTry, next: next === null ? null : (next - clock.now) / 60_000 };
      };
      return { world, frozen, look, train, fail, pass, told };
    }

    t.test('labels start one job, and the next only when it is over', async (t) => {
      const { world, look, train, pass } = await begin(t, { labels: { count: 10 } });
      world.labels = 9;
      t.same(await look(), []);
      world.labels = 10;
      const first = { kind: 'labels', version: 1, state: 'queued' };
      t.same(await look(), [first]);
      world.labels = 12;
      t.same(await look(), [first], 'one at a time');
      pass(1);
      await train();
      const second = { kind: 'labels', version: 2, state: 'queued' };
      t.same(await look(), [second, { ...first, state: 'succeeded' }]);
    });

    t.test(
      'a version that was frozen for a training gets one, though it failed at first',
      async (t) => {
        const { world, frozen, look, train } = await begin(t, { labels: { count: 10 } });
        world.labels = 10;
        frozen.full = true;
        t.same(await look(), []);
        t.match(world, { labels: 0, version: 1 }, 'frozen, and no label is new any more');
        frozen.full = false;
        const first = { kind: 'labels', version: 1, state: 'queued' };
        t.same(await look(), [first]);
        await train();
        t.equal((await look()).length, 1, 'once');
        Object.assign(world, { version: 2 });
        frozen.by = 'token:op';
        t.equal((await look()).length, 1, 'what a person froze is for that person to train on');
      },
    );

    t.test('labels that change no version start nothing again on what has failed', async (t) => {
      const { world, look, fail, pass } = await begin(t, { labels: { count: 10 } });
      world.labels = 10;
      t.equal((await look()).length, 1);
      await fail();
      Object.assign(world, { labels: 10, same: true });
      const failed = { kind: 'labels', version: 1, state: 'failed' };
      t.same(await look(), [failed]);
      pass(1);
      t.same(await look(), [failed]);
      world.same = false;
      t.match(await look(), [{ version: 2, state: 'queued' }, failed]);
    });

    t.test('a schedule trains what is new, and nothing twice', async (t) => {
      const schedule = { cron: '0 12 * * *', timezone: 'UTC' };
      const { world, look, train, pass, told } = await begin(t, { schedule });
      world.labels = 1;
      t.same(await look(), []);
      pass(1);
      t.same(await look(), [{ kind: 'schedule', version: 1, state: 'queued' }]);
      await train();
      pass(24 * 60);
      t.equal((await look()).length, 1, 'nothing is new');
      const none = { trigger: { kind: 'schedule' }, refusal: { code: 'NOTHING_NEW' } };
      t.match(await told(), { ...none, next: 24 * 60 });
      world.labels = 1;
      t.equal((await look()).length, 1, 'that day is done');
      pass(24 * 60);
      t.equal((await look()).length, 2);
    });

    t.test('a schedule that was seen by a clock that was ahead counts from now on', async (t) => {
      const schedule = { cron: '0 12 * * *', timezone: 'UTC' };
      const { world, look, train, pass } = await begin(t, { schedule });
      const year = 365 * 24 * 60;
      pass(year);
      world.labels = 1;
      t.equal((await look()).length, 1);
      await train();
      pass(-year);
      world.labels = 1;
      t.equal((await look()).length, 1, 'noon is in a minute');
      pass(1);
      t.equal((await look()).length, 2);
    });

    t.test('drift trains only where that is wanted', async (t) => {
      const drift = { psi: 0.25, train: true };
      const { world, look } = await begin(t, { drift });
      world.labels = 1;
      const found = { psi: 0.5, samples: 900, model: digest('a') } as DeviceDrift;
      world.drifting = [{ ...found, task: parseId('task', 'other') }];
      t.same(await look(), [], 'of another task');
      world.drifting = [{ ...found, task }];
      t.match(await look(), [{ kind: 'drift' }]);
    });

    t.test('a dataset that is too small starts nothing, and is looked at again', async (t) => {
      const { world, look, pass, told } = await begin(t, { labels: { count: 1 } });
      t.same(await told(), { next: null }, 'nothing was tried');
      Object.assign(world, { labels: 1, small: true });
      t.same(await look(), []);
      t.match(await told(), {
        at: '2026-03-02T11:59:00.000Z',
        trigger: { kind: 'labels', reason: /^1 new label since/ },
        job: null,
        refusal: { code: 'DATASET_TOO_SMALL', message: 'Expected two classes.' },
        next: 1,
      });
      pass(1);
      world.small = false;
      t.equal((await look()).length, 1);
      const { job, refusal, next } = await told();
      t.same({ refusal, next }, { refusal: null, next: null });
      t.type(job, 'string');
    });
  });
}
