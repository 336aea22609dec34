import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import t from 'tap';

type Doubling = {
  double: { request: number; response: number };
  fail: { request: null; response: null };
  exit: { request: null; response: null };
};

function create() {
  const deaths: ThreadError[] = [];
  const thread = new WorkerThread<Doubling>({
    module: new URL('./doubling-worker', import.meta.url),
    fromSource: true,
    workerData: null,
    onDeath: (error) => deaths.push(error),
  });
  thread.start();
  return { thread, deaths };
}

t.test('calls are answered in order, failures with the code they had', async (t) => {
  const { thread, deaths } = create();
  t.same(await Promise.all([1, 2, 3].map((value) => thread.call('double', value))), [2, 4, 6]);
  await t.rejects(thread.call('fail', null), {
    code: 'THREAD_CALL_FAILED',
    reason: 'SQLITE_FULL',
    message: 'the disk is full',
  });
  const last = thread.call('double', 21);
  await Promise.all([thread.close(), thread.close()]);
  t.equal(await last, 42, 'what was asked before is answered');
  await t.rejects(thread.call('double', 1), { code: 'THREAD_DIED' });
  t.same(deaths, []);
});

t.test('the death of the thread fails what waits, and is told once', async (t) => {
  const { thread, deaths } = create();
  await t.rejects(thread.call('exit', null), { code: 'THREAD_DIED' });
  t.same(
    deaths.map(({ message }) => message),
    ['The thread died: it ended with status 7'],
  );
  await t.rejects(thread.call('double', 1), { message: /status 7/ }, 'it is dead, not closed');
  await thread.close();
  await t.rejects(thread.call('double', 1), { message: /it is closed/ });
});
