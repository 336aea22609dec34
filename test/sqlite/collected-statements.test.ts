import { WorkerThread } from '@edgeloop/worker-thread';
import t from 'tap';
import { collectStatements } from './collect-statements.ts';

// better-sqlite3 12 aborts this process on Node 24.19 and later, 13 crashes it on Node 20.
t.test('statements may be collected in the main thread', async (t) => {
  t.equal(collectStatements(), 1_999_000);
});

t.test('statements may be collected in a worker thread that ends', async (t) => {
  const thread = new WorkerThread<{ collect: { request: null; response: number } }>({
    module: new URL('./collecting-worker', import.meta.url),
    fromSource: true,
    workerData: null,
    onDeath: (error) => t.error(error),
  });
  thread.start();
  t.equal(await thread.call('collect', null), 1_999_000);
  await thread.close();
});
