import {
  epochMillis,
  type Heartbeat,
  type JobId,
  type JobProgress,
  type LeaseId,
  type LeaseRequest,
  seconds,
  timestamp,
} from '@edgeloop/protocol';
import t from 'tap';
import type { Verdict } from '../../../control-plane/src/jobs/gate/verdict.ts';
import { JobFiles } from '../../../control-plane/src/jobs/job-files.ts';
import { JobLog } from '../../../control-plane/src/jobs/job-log.ts';
import { JobStore } from '../../../control-plane/src/jobs/job-store.ts';
import { Leases } from '../../../control-plane/src/jobs/leases.ts';
import { DATABASES } from '../stand/databases.ts';
import { digest, plannedJob } from './stand/planned-job.ts';

const PROGRESS: JobProgress = {
  ...{ phase: 'Training', epoch: 1, epochs: 3, step: 2, steps: 9, loss: 0.5, accuracy: 0.9 },
  ...{ imagesPerSecond: 20, secondsLeft: 60 },
};
const VERDICT = { passed: true, checks: [] } as unknown as Verdict;

const beat = (lease: LeaseId, more: Partial<Heartbeat> = {}): Heartbeat => ({
  ...{ lease, progress: PROGRESS, epochs: [], log: [] },
  ...more,
});
const asked = (more: Partial<LeaseRequest> = {}): LeaseRequest => ({
  ...{ trainer: 'bench-1', has: { gpu: false, memoryBytes: 2 ** 33 }, waitSeconds: 0 },
  ...more,
});

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    async function begin(t: Parameters<typeof open>[0]) {
      const database = await open(t);
      const clock = { now: epochMillis(Date.parse('2026-03-02T12:00:00Z')) };
      const options = { database, now: () => clock.now };
      const jobs = new JobStore(options);
      const leases = new Leases({ ...options, random: () => 0.5, leaseTime: seconds(60) });
      const lease = async (more: Partial<LeaseRequest> = {}) => {
        const row = await leases.lease(asked(more));
        return row && { job: row.id, lease: row.lease_id as LeaseId };
      };
      const pass = (time: number) => {
        clock.now = epochMillis(clock.now + time);
      };
      const files = new JobFiles(options);
      return { database, jobs, leases, files, lease, pass, clock };
    }

    t.test('a job goes from the queue to a trainer and ends with a model', async (t) => {
      const { jobs, leases, lease, clock, pass } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      t.match(await jobs.view(job), { state: 'queued', attempts: 0, progress: null });
      const held = await lease();
      t.equal(held?.job, job);
      t.match(await jobs.view(job), {
        ...{ state: 'leased', attempts: 1, trainer: 'bench-1' },
        leaseExpiresAt: timestamp(clock.now + 60_000),
      });
      t.equal(await lease(), null, 'it is taken');
      pass(30_000);
      t.equal(await leases.heartbeat(job, beat(held!.lease)), 'go-on');
      t.match(await jobs.view(job), {
        ...{ state: 'running', progress: PROGRESS },
        leaseExpiresAt: timestamp(clock.now + 60_000),
      });
      const result = { package: digest('a'), verdict: VERDICT };
      t.notOk(await leases.hasSucceeded(job, held!.lease, digest('a')));
      await leases.succeed(job, held!.lease, result);
      t.ok(await leases.hasSucceeded(job, held!.lease, digest('a')), 'for who asks again');
      t.notOk(await leases.hasSucceeded(job, held!.lease, digest('b')));
      t.match(await jobs.view(job), {
        ...{ state: 'succeeded', package: digest('a'), candidate: true, verdict: VERDICT },
        endedAt: timestamp(clock.now),
      });
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
      const { jobs, leases, lease, pass } = await begin(t);
      const { job } = await jobs.create(plannedJob({ maxAttempts: 2 }));
      const first = await lease();
      pass(59_999);
      t.same(await leases.expire(), []);
      pass(1);
      t.same(await leases.expire(), [job]);
      t.same(await leases.expire(), []);
      t.match(await jobs.view(job), {
        ...{ state: 'queued', attempts: 1 },
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

      pass(60_000);
      t.same(await leases.expire(), [job]);
      t.match(await jobs.view(job), { state: 'failed', attempts: 2 });
      await t.rejects(leases.heartbeat(job, beat(second!.lease)), { code: 'LEASE_LOST' });
    });

    t.test('what broke waits, longer each time; what can not succeed has failed', async (t) => {
      const { jobs, leases, lease, pass, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob({ maxAttempts: 2 }));
      await leases.fail(job, (await lease())!.lease, { message: 'No disk.', passing: true });
      t.match(await jobs.view(job), {
        ...{ state: 'queued', reason: 'No disk.', attempts: 1 },
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

    t.test('the curve and the log grow; the log is bounded and read by its lines', async (t) => {
      const { database, jobs, leases, lease, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      const epoch = (number: number) => ({
        ...{ epoch: number, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 },
        learningRate: 0.1,
      });
      const at = timestamp(clock.now);
      const log = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, i) => ({ at, text: `line ${from + i}` }));
      await leases.heartbeat(job, beat(held!.lease, { epochs: [epoch(1), epoch(2)] }));
      await leases.heartbeat(job, beat(held!.lease, { epochs: [epoch(2)], log: log(1, 150) }));
      t.same((await jobs.view(job)).epochs, [epoch(1), epoch(2)]);
      const page = await new JobLog(database).read(job, {});
      t.equal(page.lines.length, 100);
      t.same(page.lines[0], { line: 1, at, text: 'line 1' });
      const rest = await new JobLog(database).read(job, { after: page.next });
      t.same([rest.lines.length, rest.next], [50, 150]);
      t.same(await new JobLog(database).read(job, { after: 150 }), { lines: [], next: 150 });
      for (let from = 151; from < 5200; from += 200) {
        await leases.heartbeat(job, beat(held!.lease, { log: log(from, from + 199) }));
      }
      const kept = await new JobLog(database).read(job, { limit: 1 });
      t.same(kept.lines, [{ line: 351, at, text: 'line 351' }]);
      const refused = beat('00000000-0000-0000-0000-000000000000' as LeaseId, { log: log(1, 1) });
      await t.rejects(leases.heartbeat(job, refused), { code: 'LEASE_LOST' });
      t.equal((await new JobLog(database).read(job, { after: 5350 })).lines.length, 0);
    });

    t.test('of checkpoints the last is there, and what no one needs is told', async (t) => {
      const { jobs, leases, files, lease, pass, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      const file = (path: string, digit: string) => ({ path, sha256: digest(digit), bytes: 9 });
      const save = async (of: typeof held, ...checkpoint: ReturnType<typeof file>[]) => {
        for (const each of checkpoint) await files.expect(job, of!.lease, each);
        return files.saveCheckpoint(job, of!.lease, checkpoint);
      };
      t.equal(await files.checkpoint(job), null);
      const best = file('best-1.safetensors', 'b');
      const first = file('checkpoint.safetensors', 'c');
      t.same(await save(held, best, first), []);
      t.same(await files.checkpoint(job), [best, first]);
      t.equal((await jobs.view(job)).checkpointAt, timestamp(clock.now));
      const second = file('checkpoint.safetensors', 'd');
      await files.expect(job, held!.lease, file('', 'e'));
      t.same((await save(held, best, second)).sort(), [digest('c'), digest('e')]);
      t.same(await files.checkpoint(job), [best, second]);
      const foreign = [file('checkpoint.safetensors', 'f')];
      const notFound = { code: 'NOT_FOUND', message: /Upload it first/ };
      await t.rejects(files.saveCheckpoint(job, held!.lease, foreign), notFound);
      await t.rejects(files.require(job, digest('f')), notFound);
      t.same(await files.checkpoint(job), [best, second]);

      pass(60_000);
      await leases.expire();
      await t.rejects(save(held, best, first), { code: 'LEASE_LOST' });
      const other = await lease();
      t.same(await files.checkpoint(job), [best, second], 'for the next trainer');
      t.same(await files.dropOf(clock.now), [], 'of a job that runs');
      await leases.fail(job, other!.lease, { message: 'no', passing: false });
      t.same(await files.dropOf(clock.now), [], 'of one that may be tried again');
      pass(1);
      t.same((await files.dropOf(clock.now)).sort(), [digest('b'), digest('d')]);
      t.equal(await files.checkpoint(job), null);
    });

    t.test('files of a job with a model go at once, but not those of another job', async (t) => {
      const { jobs, leases, files, lease, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const dataset = { version: 2, fingerprint: digest('2') };
      await jobs.create(plannedJob({ dataset, priority: -1 }));
      const [one, other] = [await lease(), await lease()];
      for (const held of [one, other]) {
        await files.expect(held!.job, held!.lease, { sha256: digest('b'), bytes: 9 });
      }
      await files.expect(job, one!.lease, { sha256: digest('c'), bytes: 9 });
      const result = { package: digest('a'), verdict: VERDICT };
      await leases.succeed(job, one!.lease, result);
      t.same(await files.dropOf(clock.now), [digest('c')]);
    });

    t.test('lists come in pages, newest first', async (t) => {
      const { jobs, pass } = await begin(t);
      const made: JobId[] = [];
      for (const digit of '12345') {
        const dataset = { version: 1, fingerprint: digest(digit) };
        made.unshift((await jobs.create(plannedJob({ dataset }))).job);
        if (digit !== '3') pass(1);
      }
      const listed: JobId[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof jobs.list>> = await jobs.list({
          limit: 2,
          ...(cursor !== null && { cursor }),
        });
        listed.push(...page.jobs.map(({ job }) => job));
        cursor = page.next;
      } while (cursor !== null);
      t.same([...listed].sort(), [...made].sort(), 'each once');
      t.same([listed[0], listed[4]], [made[0], made[4]]);
      t.equal((await jobs.list({ state: 'failed' })).jobs.length, 0);
      t.equal((await jobs.list({ task: plannedJob().task })).jobs.length, 5);
      await t.rejects(jobs.list({ cursor: 'x' }), { code: 'REQUEST_INVALID' });
      const missing = '00000000-0000-0000-0000-000000000000' as JobId;
      await t.rejects(jobs.view(missing), { code: 'NOT_FOUND' });
    });

    t.test('the queue is bounded', async (t) => {
      const { database, jobs } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const row = await database.selectFrom('jobs').selectAll().executeTakeFirstOrThrow();
      for (let batch = 0; batch < 9; batch++) {
        const rows = Array.from({ length: 111 }, (_, i) => ({
          ...{ ...row, id: `${job.slice(0, -6)}${batch}${String(i).padStart(5, '0')}` as JobId },
          active_key: `${batch} ${i}`,
        }));
        for (let i = 0; i < rows.length; i += 30) {
          await database
            .insertInto('jobs')
            .values(rows.slice(i, i + 30))
            .execute();
        }
      }
      const dataset = { version: 1, fingerprint: digest('2') };
      await t.rejects(jobs.create(plannedJob({ dataset })), { code: 'JOBS_TOO_MANY' });
    });
  });
}
