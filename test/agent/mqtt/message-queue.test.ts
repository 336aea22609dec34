import t from 'tap';
import { MessageQueue } from '../../../agent/src/mqtt/message-queue.ts';

/** A queue whose broker takes a message when it is told to. */
function create(bound = 10) {
  const sent: string[] = [];
  let settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
  const queue = new MessageQueue<string>((message) => {
    sent.push(message);
    return new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
  }, bound);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const take = async () => {
    settle?.resolve();
    await turn();
  };
  const lose = async () => {
    queue.disconnected();
    settle?.reject(new Error('lost'));
    await turn();
  };
  return { queue, sent, take, lose };
}

t.test('messages go one after another, in order', async (t) => {
  const { queue, sent, take } = create();
  for (const message of ['a', 'b', 'c']) queue.add(message);
  t.same(sent, [], 'not without a connection');
  queue.connected();
  t.same(sent, ['a'], 'one on its way');
  await take();
  await take();
  await take();
  t.same(sent, ['a', 'b', 'c']);
});

t.test('what the broker did not take is sent again', async (t) => {
  const { queue, sent, take, lose } = create();
  queue.connected();
  queue.add('a');
  queue.add('b');
  await lose();
  t.same(sent, ['a'], 'not before there is a connection');
  queue.connected();
  await take();
  await take();
  t.same(sent, ['a', 'a', 'b']);
});

t.test('the oldest are dropped', async (t) => {
  const { queue, sent, take } = create(2);
  for (const message of ['a', 'b', 'c']) queue.add(message);
  queue.connected();
  await take();
  await take();
  await take();
  t.same(sent, ['b', 'c']);
});

t.test('one that is dropped while it is on its way takes no other with it', async (t) => {
  const { queue, sent, take } = create(2);
  queue.connected();
  for (const message of ['a', 'b', 'c']) queue.add(message);
  await take();
  await take();
  await take();
  t.same(sent, ['a', 'b', 'c']);
});
