import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseRequest } from '@edgeloop/protocol';
import t from 'tap';
import { DATABASES } from '../stand/databases.ts';
import { openTrainerService } from './stand/open-trainer-service.ts';
import { digest, plannedJob } from './stand/planned-job.ts';

const ASKED: LeaseRequest = {
  trainer: 'bench-1',
  has: { gpu: false, memoryBytes: 2 ** 33 },
  waitSeconds: 20,
};

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    t.test('a job whose lease ends while its model is judged makes no candidate', async (t) => {
      const { service, jobs, lease, listen, aliases, events, world, task, model } =
        await openTrainerService(open, t);
      const told: unknown[] = [];
      events.subscribe(({ kind, data }) => kind === 'alias.changed' && told.push(data));
      const { job } = await jobs.create(plannedJob());
      const succeed = (of: Awaited<ReturnType<typeof lease>>) =>
        service.conclude(job, {
          kind: 'succeeded',
          lease: of!.lease,
          package: model,
          champion: null,
        });

      const cancelled = await lease();
      world.whileJudging = () => jobs.cancel(job, 'someone');
      await t.rejects(succeed(cancelled), { code: 'LEASE_LOST' });
      t.match(await jobs.view(job), { state: 'cancelled', package: null, verdict: null });
      t.equal(await aliases.resolve(task, 'candidate'), null);

      await jobs.retry(job);
      const expired = await lease();
      world.whileJudging = async () => {
        t.same(await listen(60_000), [job]);
      };
      await t.rejects(succeed(expired), { code: 'LEASE_LOST' });
      t.equal(await aliases.resolve(task, 'candidate'), null);
      t.same(told, []);

      const held = await lease();
      world.whileJudging = async () => {};
      await succeed(held);
      await succeed(held);
      t.match(await jobs.view(job), { state: 'succeeded', package: model, candidate: true });
      t.equal(await aliases.resolve(task, 'candidate'), model);
      t.same(told, [{ alias: 'candidate', from: null, to: model }], 'once, when it is so');
    });

    t.test('a model is judged against the champion that it would replace', async (t) => {
      const { service, jobs, lease, aliases, world, task, model, other } = await openTrainerService(
        open,
        t,
      );
      const { job } = await jobs.create(plannedJob());
      const held = await lease();
      world.whileComparing = async () => {
        world.whileComparing = async () => {};
        await aliases.set(other, 'champion', 'a test');
      };
      const outcome = { lease: held!.lease, package: model, champion: null };
      await service.conclude(job, { kind: 'succeeded', ...outcome });
      t.match(await jobs.view(job), {
        state: 'succeeded',
        verdict: { passed: false, checks: [{ reason: /It was not run on this test side/ }] },
      });
      t.equal(await aliases.resolve(task, 'candidate'), null);
    });

    t.test('a job is not taken by a trainer that has gone', async (t) => {
      const { service, jobs, events, aliases, model } = await openTrainerService(open, t);
      const waits = new AbortController();
      const waiting = service.lease(ASKED, waits.signal);
      await delay(50);
      const { job } = await jobs.create(plannedJob());
      waits.abort();
      t.equal(await waiting, null);
      t.equal(await service.lease(ASKED, AbortSignal.abort()), null);
      t.match(await jobs.view(job), { state: 'queued', attempts: 0 });

      const goes = new AbortController();
      const end = events.subscribe(() => goes.abort());
      t.equal(await service.lease(ASKED, goes.signal), null, 'while it is given the job');
      end();
      t.match(await jobs.view(job), { state: 'queued', attempts: 0 });
      await aliases.set(model, 'champion', 'a test');
      const offer = await service.lease(ASKED, new AbortController().signal);
      t.match(offer, { job, attempt: 1, champion: digest('a') }, 'another has it at once');
    });
  });
}
