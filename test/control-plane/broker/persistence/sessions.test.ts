import { bytes, epochMillis, seconds } from '@edgeloop/protocol';
import t from 'tap';
import { NO_JOURNAL } from '../../../../control-plane/src/broker/persistence/journal.ts';
import type { Change } from '../../../../control-plane/src/broker/persistence/journal-changes.ts';
import { PERSISTENCE_LIMITS } from '../../../../control-plane/src/broker/persistence/persistence-limits.ts';
import { Sessions } from '../../../../control-plane/src/broker/persistence/sessions.ts';

function create(limits: object = {}) {
  const losses: string[] = [];
  const changes: Change[] = [];
  const clock = { now: 0 };
  const sessions = new Sessions({
    limits: { ...PERSISTENCE_LIMITS, ...limits },
    journal: { ...NO_JOURNAL, note: (change) => changes.push(change) },
    time: { earliest: () => epochMillis(clock.now), latest: () => epochMillis(clock.now) },
    onLoss: (loss) => losses.push(loss),
  });
  return { sessions, losses, changes, clock };
}

const message = (brokerCounter: number, size = 10) => ({
  cmd: 'publish' as const,
  topic: 't',
  payload: new Uint8Array(size),
  qos: 1,
  retain: false,
  brokerId: 'b',
  brokerCounter,
  messageId: null,
});

t.test('a full queue drops what comes, and says so', async (t) => {
  const { sessions, losses } = create({ queue: { messages: 2, bytes: bytes(10_000) } });
  for (const n of [1, 2, 3]) sessions.enqueue('one', message(n));
  t.same(losses, ['queue-full']);
  t.same(
    sessions.messages('one').map(({ brokerCounter }) => brokerCounter),
    [1, 2],
  );
});

t.test('the bytes of one session and of all are bounded', async (t) => {
  const limits = { queue: { messages: 9, bytes: bytes(2000) }, queues: { bytes: bytes(3000) } };
  const { sessions, losses } = create(limits);
  sessions.enqueue('one', message(1, 1500));
  sessions.enqueue('one', message(2, 1500));
  sessions.enqueue('two', message(3, 1500));
  t.same(losses, ['queue-full', 'queues-full']);
  t.equal(sessions.update('one', { brokerId: 'b', brokerCounter: 1, messageId: 7 }), true);
  sessions.acknowledge('one', 7);
  sessions.enqueue('two', message(4, 1500));
  t.equal(losses.length, 2, 'an acknowledgement makes room');
  sessions.end('two');
  sessions.enqueue('three', message(5, 1500));
  t.equal(losses.length, 2, 'so does the end of a session');
});

t.test(
  'a packet identifier in use is not used twice, and a second time is a duplicate',
  async (t) => {
    const { sessions } = create();
    sessions.enqueue('one', message(1));
    sessions.enqueue('one', message(2));
    sessions.update('one', { brokerId: 'b', brokerCounter: 1, messageId: 65_535 });
    const second: { messageId?: number; dup?: boolean } = { messageId: 65_535 };
    sessions.update('one', Object.assign(second, { brokerId: 'b', brokerCounter: 2 }));
    t.same([second.messageId, second.dup], [1, undefined]);
    sessions.update('one', second);
    t.same([second.messageId, second.dup], [1, true]);
    t.equal(sessions.acknowledge('one', 65_535)?.brokerCounter, 1);
    t.equal(sessions.acknowledge('one', 65_535), null);
  },
);

t.test('PUBREL takes the place of a message that was received', async (t) => {
  const { sessions, changes } = create();
  sessions.enqueue('one', { ...message(1), qos: 2 });
  sessions.update('one', { brokerId: 'b', brokerCounter: 1, messageId: 5 });
  t.equal(sessions.update('one', { messageId: 5 }), true);
  const [kept] = sessions.messages('one');
  t.match(kept, { cmd: 'pubrel', messageId: 5 });
  t.match(changes.at(-1), { table: 'queue', value: { cmd: 'pubrel' } });
  t.equal(sessions.update('one', { messageId: 6 }), false);
});

t.test('sessions that nobody comes back to end', async (t) => {
  const { sessions, clock } = create({ expiry: seconds(10), sessions: 3 });
  for (const client of ['a', 'b', 'c', 'd']) {
    sessions.see(client);
    clock.now += 1000;
  }
  const isOnline = (client: string) => client === 'a';
  t.same(sessions.overdue(isOnline), [{ client: 'b', loss: 'session-evicted' }]);
  sessions.end('b');
  clock.now = 12_500;
  t.same(sessions.overdue(isOnline), [{ client: 'c', loss: 'session-expired' }]);
  t.same(
    sessions.overdue(() => true),
    [],
    'none of those who are here',
  );
});
