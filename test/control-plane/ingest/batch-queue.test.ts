import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { BatchQueue } from '../../../control-plane/src/ingest/batch-queue.ts';

function create(commit: (batch: readonly number[]) => Promise<void>) {
  const failures: number[] = [];
  const queue = new BatchQueue<number>({
    bound: 10,
    largestBatch: 4,
    linger: millis(1),
    commit,
    onFailure: (_error, dropped) => failures.push(dropped),
  });
  return { queue, failures };
}

t.test('items share commits, in order, one commit at a time', async (t) => {
  const batches: (readonly number[])[] = [];
  let running = 0;
  const { queue } = create(async (batch) => {
    running += 1;
    t.equal(running, 1);
    await new Promise(setImmediate);
    running -= 1;
    batches.push(batch);
  });
  for (let i = 0; i < 9; i++) t.equal(queue.push(i), undefined);
  await queue.drained();
  t.same(batches, [[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  void queue.push(9);
  await queue.drained();
  t.same(batches.at(-1), [9], 'and again later');
});

t.test('who fills it waits until there is room', async (t) => {
  let release = () => {};
  const { queue } = create(() => new Promise((resolve) => (release = resolve)));
  for (let i = 0; i < 4; i++) void queue.push(i);
  while (queue.length > 0) await new Promise(setImmediate);
  for (let i = 0; i < 9; i++) t.equal(queue.push(i), undefined);
  let room = false;
  const waiting = queue.push(9)?.then(() => {
    room = true;
  });
  await new Promise(setImmediate);
  t.equal(room, false);
  release();
  await waiting;
  t.ok(queue.length < 10);
});

t.test('a failure drops what waits, says so, and the next goes on', async (t) => {
  let fail = true;
  const committed: number[] = [];
  const { queue, failures } = create(async (batch) => {
    if (fail) throw new Error('the disk is full');
    committed.push(...batch);
  });
  for (let i = 0; i < 6; i++) void queue.push(i);
  await queue.drained();
  t.same(failures, [6]);
  fail = false;
  void queue.push(7);
  await queue.drained();
  t.same(committed, [7]);
});

t.test('what came until now settles, whatever comes meanwhile', async (t) => {
  let release = () => {};
  const commit = () => new Promise<void>((resolve) => (release = resolve));
  const { queue } = create(commit);
  await queue.settled();
  for (let i = 0; i < 6; i++) void queue.push(i);
  let settled = false;
  const waiting = queue.settled().then(() => {
    settled = true;
  });
  while (queue.length > 2) await new Promise(setImmediate);
  void queue.push(6);
  release();
  while (queue.length > 0) await new Promise(setImmediate);
  t.notOk(settled, 'two of them are still on their way');
  release();
  await waiting;
  release();
});

t.test('what was given up has settled, too', async (t) => {
  const { queue, failures } = create(() => Promise.reject(new Error('full')));
  for (let i = 0; i < 6; i++) void queue.push(i);
  await queue.settled();
  t.same(failures, [6]);
});
