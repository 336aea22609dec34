import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import type { OutboxCalls, OutboxWorkerData } from './outbox-calls.ts';
import type { OutboxStore } from './outbox-store.ts';
import { RecoverableStore } from './recoverable-store.ts';

const { folder, bounds } = workerData as OutboxWorkerData;
const recoverable = new RecoverableStore(folder, bounds);

serveCalls<OutboxCalls>(
  {
    open: () => use(() => {}),
    append: ({ rows, now, stored }) => {
      const answer = use((store) => store.append(rows, now, stored));
      emptyLogLater();
      return answer;
    },
    read: ({ after, limit }) => use((store) => store.read(after, limit)),
    deleteStored: (stored) => use((store) => store.deleteStored(stored)),
    expire: ({ now }) => use((store) => store.expire(now)),
    renewStream: ({ through }) => use((store) => store.renewStream(through)),
  },
  () => recoverable.close(),
);

function use<Value>(work: (store: OutboxStore) => Value) {
  const value = recoverable.use(work);
  const status = recoverable.use((store) => store.status());
  return { value, status, movedTo: recoverable.takeMoved() };
}

/** After the answer: nobody waits then. */
function emptyLogLater(): void {
  setImmediate(() => {
    try {
      recoverable.use((store) => store.emptyLog());
    } catch {
      // The next commit meets the same error, and tells it.
    }
  });
}
