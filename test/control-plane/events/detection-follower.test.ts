import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { DetectionFollower } from '../../../control-plane/src/events/detection-follower.ts';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { until } from '../../stand/until.ts';
import { storePlace } from '../stand/store-place.ts';
import { row } from '../store/records.ts';

t.test('who could not begin to listen is gone; the next is told', async (t) => {
  const store = new Store(...storePlace(t));
  const events = new EventBus({ now: () => epochMillis(Date.now()) });
  const told: unknown[] = [];
  events.subscribe(({ data }) => told.push((data as { seq: number }).seq));
  const follower = new DetectionFollower({ store, events, log: pino({ level: 'silent' }) });
  // A store that is not open yet can't be read.
  const early = await Promise.allSettled([follower.follow(), follower.follow()]);
  t.same(
    early.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  await store.start();
  t.teardown(() => store.close());

  const commit = async (seq: number) => {
    await store.commit([row(seq)]);
    follower.stored();
  };
  await commit(1);
  const [unfollow, other] = await Promise.all([follower.follow(), follower.follow()]);
  await commit(2);
  await until(() => told.length > 0);
  unfollow();
  await commit(3);
  await until(() => told.length > 1);
  t.same(told, [2, 3], 'from when on they listened, once each, while one of them does');
  other();
  await commit(4);
  const again = await follower.follow();
  await commit(5);
  await until(() => told.length > 2);
  t.same(told, [2, 3, 5]);
  again();
});

t.test('what is stored while one begins to listen is told', async (t) => {
  const store = new Store(...storePlace(t));
  await store.start();
  t.teardown(() => store.close());
  const events = new EventBus({ now: () => epochMillis(Date.now()) });
  const told: unknown[] = [];
  events.subscribe(({ data }) => told.push((data as { seq: number }).seq));
  const slow = Object.create(store, {
    read: {
      async value(...asked: Parameters<Store['read']>) {
        const answer = await store.read(...asked);
        if (asked[0] === 'latestDetection') {
          await store.commit([row(1)]);
          follower.stored();
        }
        return answer;
      },
    },
  }) as Store;
  const follower = new DetectionFollower({ store: slow, events, log: pino({ level: 'silent' }) });
  const unfollow = await follower.follow();
  await until(() => told.length > 0);
  t.same(told, [1]);
  unfollow();
});

t.test('what nobody was told is a gap to who comes back, and only that', async (t) => {
  const store = new Store(...storePlace(t));
  await store.start();
  t.teardown(() => store.close());
  const events = new EventBus({ now: () => epochMillis(Date.now()) });
  const told: { id: string; seq: number }[] = [];
  events.subscribe(({ id, data }) => told.push({ id, seq: (data as { seq: number }).seq }));
  const follower = new DetectionFollower({ store, events, log: pino({ level: 'silent' }) });
  const commit = async (...seqs: number[]) => {
    await store.commit(seqs.map((seq) => row(seq)));
    follower.stored();
    await until(() => told.at(-1)?.seq === seqs.at(-1));
  };
  const sinceFirst = () =>
    follower.since(told[0]?.id as string)?.map(({ data }) => (data as { seq: number }).seq) ?? null;

  const unfollow = await follower.follow();
  await commit(1, 2);
  unfollow();
  const back = await follower.follow();
  t.same(sinceFirst(), [2], 'nothing was stored while nobody listened');
  const other = await follower.follow();
  back();
  await commit(3);
  t.same(sinceFirst(), [2, 3], 'another listened meanwhile');
  other();
  await store.commit([row(4)]);
  follower.stored();
  const late = await follower.follow();
  t.equal(sinceFirst(), null);
  t.equal(follower.since(told.at(-1)?.id as string), null, 'also to who heard the very last');
  await commit(5);
  t.same(follower.since(told.at(-1)?.id as string), []);
  t.equal(follower.since('of another process'), null);
  late();
});
