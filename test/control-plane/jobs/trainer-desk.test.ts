import t from 'tap';
import { DATABASES } from '../stand/databases.ts';
import { openDesk } from './stand/open-desk.ts';
import { plannedJob } from './stand/planned-job.ts';

for (const { name, open } of DATABASES) {
  t.test(name, async (t) => {
    t.test('a job whose lease ends while its model is judged makes no candidate', async (t) => {
      const { desk, jobs, leases, lease, pass, aliases, events, world, task, model } =
        await openDesk(open, t);
      const told: unknown[] = [];
      events.subscribe(({ kind, data }) => kind === 'alias.changed' && told.push(data));
      const { job } = await jobs.create(plannedJob());
      const succeed = (of: Awaited<ReturnType<typeof lease>>) =>
        desk.conclude(job, {
          ...{ kind: 'succeeded', lease: of!.lease, package: model, champion: null },
        });

      const cancelled = await lease();
      world.whileJudging = () => jobs.cancel(job, 'someone');
      await t.rejects(succeed(cancelled), { code: 'LEASE_LOST' });
      t.match(await jobs.view(job), { state: 'cancelled', package: null, verdict: null });
      t.equal(await aliases.resolve(task, 'candidate'), null);

      await jobs.retry(job);
      const expired = await lease();
      world.whileJudging = async () => {
        pass(60_000);
        t.same(await leases.expire(), [job]);
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
  });
}
