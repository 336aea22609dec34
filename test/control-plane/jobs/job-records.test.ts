import { type JobId, type LeaseId, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { JobFiles } from '../../../control-plane/src/jobs/job-files.ts';
import { JobLog } from '../../../control-plane/src/jobs/job-log.ts';
import { DATABASES } from '../stand/databases.ts';
import { beat, openJobStores, VERDICT } from './stand/job-stores.ts';
import { digest, plannedJob } from './stand/planned-job.ts';

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    const begin = (t: Parameters<typeof open>[0]) => openJobStores(open, t);

    t.test('the curve and the log grow; the log is bounded and read by its lines', async (t) => {
      const { database, jobs, leases, lease, clock } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      const epoch = (number: number) => ({
        epoch: number,
        loss: 1,
        accuracy: 0.5,
        validationLoss: 1,
        validationAccuracy: 0.5,
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
      const { jobs, leases, files, lease, pass, listen, clock } = await begin(t);
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

      await listen(60_000);
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

    t.test('files of a job that is tried again at that moment stay', async (t) => {
      const { database, jobs, leases, files, lease, clock, pass } = await begin(t);
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      await files.expect(job, held!.lease, { sha256: digest('b'), bytes: 9 });
      await leases.fail(job, held!.lease, { message: 'no', passing: false });
      pass(1);
      /** The job is tried again before what changes something begins. */
      const retried = {
        selectFrom: database.selectFrom.bind(database),
        transaction: () => ({
          async execute(work: (trx: never) => Promise<unknown>) {
            await jobs.retry(job);
            return database.transaction().execute(work as never);
          },
        }),
      } as unknown as typeof database;
      const options = { database: retried, now: () => clock.now, giveUp: async () => {} };
      t.same(await new JobFiles(options).dropOf(clock.now), []);
      t.same(await files.require(job, digest('b')), { bytes: 9 });
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
          ...row,
          id: `${job.slice(0, -6)}${batch}${String(i).padStart(5, '0')}` as JobId,
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
