import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { type ControlPlaneEvent, EventBus } from '../../../control-plane/src/events/event-bus.ts';

t.test('who listens hears in order; who was away a moment catches up', async (t) => {
  const bus = new EventBus({ now: () => epochMillis(0) });
  const heard: ControlPlaneEvent[] = [];
  const end = bus.subscribe((event) => heard.push(event));
  const say = (job: number) =>
    bus.publish({ kind: 'job.changed', subject: { job: String(job) }, data: null });
  say(1);
  say(2);
  end();
  say(3);
  const jobs = (events: readonly ControlPlaneEvent[] | null) => events?.map((e) => e.subject.job);
  t.same(jobs(heard), ['1', '2']);
  t.same(jobs(bus.since(heard[0]?.id as string)), ['2', '3']);
  t.equal(bus.since('of another process'), null);
  for (let i = 0; i < 1000; i++) say(i);
  t.equal(bus.since(heard[0]?.id as string), null, 'too long ago');
});
