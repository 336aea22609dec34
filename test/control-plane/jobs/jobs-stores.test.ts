import { type JobId, type LeaseId, parseId, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { DATABASES } from '../stand/databases.ts';
import { beat, openJobStores, PROGRESS, VERDICT } from './stand/job-stores.ts';
import { digest, plannedJob } from './stand/planned-job.ts';

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    const begin = (t: Parameters<typeof open>[0]) => openJobStores(open, t);

    t.test('a job goes from the queue to a trainer and ends with a model', async (t) => {
      const { jobs, leases, lease, clock, pass } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      t.match(await jobs.view(job), { state: 'queued', attempts: 0, progress: null });
      const held = await lease();
      t.equal(held?.job, job);
      t.match(await jobs.view(job), {
        state: 'leased',
        attempts: 1,
        trainer: 'bench-1',
        leaseExpiresAt: timestamp(clock.now + 60_000),
      });
      t.equal(await lease(), null, 'it is taken');
      pass(30_000);
      t.equal(await leases.heartbeat(job, beat(held!.lease)), 'go-on');
      t.match(await jobs.view(job), {
        state: 'running',
        progress: PROGRESS,
        leaseExpiresAt: timestamp(clock.now + 60_000),
      });
      const result = { package: digest('a'), verdict: VERDICT };
      t.notOk(await leases.hasSucceeded(job, held!.lease, digest('a')));
      await leases.succeed(job, held!.lease, result);
      t.ok(await leases.hasSucceeded(job, held!.lease, digest('a')), 'for who asks again');
      t.notOk(await leases.hasSucceeded(job, held!.lease, digest('b')));
      const { task } = plannedJob();
      t.same(await jobs.verdictOn(task, digest('a')), { job, verdict: VERDICT });
      t.equal(await jobs.verdictOn(task, digest('b')), null);
      t.equal(await jobs.verdictOn(parseId('task', 'other'), digest('a')), null);
      t.match(await jobs.view(job), {
        state: 'succeeded',
        progress: null,
        package: digest('a'),
        candidate: true,
        verdict: VERDICT,
        endedAt: timestamp(clock.now),
      });
    });

    t.test('what a task was trained on last goes by the version, whatever the clock', async (t) => {
      const { jobs, leases, lease, pass } = await begin(t);
      const { task } = plannedJob();
      t.equal(await jobs.lastTrainedOn(task), null);
      for (const version of [1, 2]) {
        await jobs.create(plannedJob({ dataset: { version, fingerprint: digest(`${version}`) } }));
        const held = await lease();
        await leases.succeed(held!.job, held!.lease, { package: digest('a'), verdict: VERDICT });
        // The clock was ahead for the first.
        pass(-365 * 86_400_000);
      }
      t.equal(await jobs.lastTrainedOn(task), digest('2'));
    });

    t.test('by priority, then by age', async (t) => {
      const { jobs, lease, pass } = await begin(t);
      const create = async (fingerprint: string, priority: number) => {
        const dataset = { version: 1, fingerprint: digest(fingerprint) };
        pass(1);
        return (await jobs.create(plannedJob({ dataset, priority }))).job;
      };
      const [old, young, urgent] = [
        await create('1', 0),
        await create('2', 0),
        await create('3', 5),
      ];
      const order: (JobId | undefined)[] = [];
      for (let i = 0; i < 4; i++) order.push((await lease())?.job);
      t.same(order, [urgent, old, young, undefined]);
    });

    t.test('a trainer gets what it has the machine for', async (t) => {
      const { jobs, lease } = await begin(t);
      const gpu = { gpu: true, memoryBytes: 0 };
      const memory = { gpu: false, memoryBytes: 2 ** 34 };
      await jobs.create(plannedJob({ requires: gpu, priority: 9 }));
      const dataset = { version: 2, fingerprint: digest('2') };
      const { job } = await jobs.create(plannedJob({ requires: memory, dataset }));
      t.equal(await lease(), null);
      t.equal((await lease({ has: memory }))?.job, job);
      t.ok(await lease({ has: gpu }));
    });

    t.test('many trainers ask at once, and each job goes to one', async (t) => {
      const { jobs, lease } = await begin(t);
      for (const digit of '12345') {
        const dataset = { version: 1, fingerprint: digest(digit) };
        await jobs.create(plannedJob({ dataset }));
      }
      const held = await Promise.all(Array.from({ length: 12 }, () => lease()));
      const taken = held.flatMap((one) => (one ? [one.job] : []));
      t.equal(taken.length, 5);
      t.equal(new Set(taken).size, 5);
    });

    t.test('of one task and dataset there is one job at a time', async (t) => {
      const { jobs, leases, lease } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const message =
        /Expected no job of parts on dataset version 1 that waits or runs, received one/;
      await t.rejects(jobs.create(plannedJob()), { code: 'JOB_ACTIVE', message });
      t.ok(await jobs.isActive(plannedJob().task));
      const held = await lease();
      await t.rejects(
        jobs.create(plannedJob()),
        { code: 'JOB_ACTIVE' },
        'while it is trained, too',
      );
      await leases.fail(job, held!.lease, { message: 'no', passing: false });
      t.notOk(await jobs.isActive(plannedJob().task));
      await jobs.create(plannedJob());
      await t.rejects(jobs.retry(job), { code: 'JOB_ACTIVE' });
    });

    t.test('a trainer that falls silent loses the job, and the attempt counts', async (t) => {
      const { jobs, leases, lease, listen } = await begin(t);
      const { job } = await jobs.create(plannedJob({ maxAttempts: 2 }));
      const first = await lease();
      t.same(await listen(59_999), []);
      t.same(await listen(1), [job]);
      t.same(await listen(0), []);
      t.match(await jobs.view(job), {
        state: 'queued',
        attempts: 1,
        reason: 'Trainer bench-1 fell silent in attempt 1 of 2.',
      });
      const second = await lease({ trainer: 'bench-2' });
      t.equal(second?.job, job, 'at once: the next is not to blame');

      const old = first!.lease;
      const lost = { code: 'LEASE_LOST', message: /the job is leased. Stop working on it/ };
      await t.rejects(leases.heartbeat(job, beat(old)), lost);
      await t.rejects(leases.release(job, old), lost);
      await t.rejects(leases.fail(job, old, { message: '', passing: true }), lost);
      const result = { package: digest('a'), verdict: VERDICT };
      await t.rejects(leases.succeed(job, old, result), lost);
      t.match(await jobs.view(job), { state: 'leased', trainer: 'bench-2', attempts: 2 });

      t.same(await listen(60_000), [job]);
      t.match(await jobs.view(job), { state: 'failed', attempts: 2 });
      await t.rejects(leases.heartbeat(job, beat(second!.lease)), { code: 'LEASE_LOST' });
    });

    t.test('silence counts only while the control plane could hear', async (t) => {
      const { jobs, leases, lease, pass, listen, clock, database } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      await lease();
      await listen(59_000);
      // It stands still, as one that is stopped or was away.
      pass(100_000);
      t.same(await listen(59_999), []);
      t.same(await listen(1), [job]);

      const again = (await lease())!.lease;
      await listen(50_000);
      await database.schema.dropTable('job_logs').execute();
      const unkept = beat(again, { log: [{ at: timestamp(clock.now), text: 'lost' }] });
      await t.rejects(leases.heartbeat(job, unkept), { code: 'STORE_FAILED' });
      t.same(await listen(59_999), []);
      await t.rejects(leases.heartbeat(job, beat('other' as LeaseId)), { code: 'LEASE_LOST' });
      t.same(await listen(1), [job], 'what was refused, was heard');
    });

    t.test('what broke waits, longer each time; what can not succeed has failed', async (t) => {
      const { jobs, leases, lease, pass, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob({ maxAttempts: 2 }));
      await leases.fail(job, (await lease())!.lease, { message: 'No disk.', passing: true });
      t.match(await jobs.view(job), {
        state: 'queued',
        reason: 'No disk.',
        attempts: 1,
        notBefore: timestamp(clock.now + 22_500),
      });
      t.equal(await lease(), null);
      pass(22_500);
      const again = await lease();
      await leases.fail(job, again!.lease, { message: 'No disk again.', passing: true });
      t.match(await jobs.view(job), { state: 'failed', reason: 'No disk again.', attempts: 2 });

      await jobs.retry(job);
      t.match(await jobs.view(job), { state: 'queued', attempts: 0, reason: null, endedAt: null });
      await leases.fail(job, (await lease())!.lease, { message: 'Bad labels.', passing: false });
      t.match(await jobs.view(job), { state: 'failed', reason: 'Bad labels.', attempts: 1 });
    });

    t.test('what is given back does not count, and is there at once', async (t) => {
      const { jobs, leases, lease } = await begin(t);
      const { job } = await jobs.create(plannedJob({ maxAttempts: 1 }));
      for (let i = 0; i < 3; i++) await leases.release(job, (await lease())!.lease);
      t.match(await jobs.view(job), { state: 'queued', attempts: 0, leaseExpiresAt: null });
    });

    t.test('a cancelled job tells its trainer with the next heartbeat', async (t) => {
      const { jobs, leases, lease } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      await jobs.cancel(job, 'token:someone');
      t.match(await jobs.view(job), { state: 'cancelled', reason: 'Cancelled by token:someone.' });
      t.equal(await leases.heartbeat(job, beat(held!.lease)), 'cancel');
      const result = { package: digest('a'), verdict: VERDICT };
      await t.rejects(leases.succeed(job, held!.lease, result), { code: 'LEASE_LOST' });
      await t.rejects(jobs.cancel(job, 'x'), { code: 'JOB_ENDED', message: /is cancelled/ });
      await jobs.retry(job);
      await t.rejects(leases.heartbeat(job, beat(held!.lease)), { code: 'LEASE_LOST' });
      await jobs.cancel(job, 'x');
      t.equal(await lease(), null, 'out of the queue, too');
    });
  });
}
