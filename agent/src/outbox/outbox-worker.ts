import { parentPort, workerData } from 'node:worker_threads';
import { RecoverableStore } from './recoverable-store.ts';
import type { OutboxAnswer, OutboxRequest, OutboxWorkerData } from './worker-messages.ts';

const { folder, bounds } = workerData as OutboxWorkerData;
const store = new RecoverableStore(folder, bounds);

parentPort?.on('message', (request: OutboxRequest) => {
  parentPort?.postMessage(answer(request));
  if (request.kind === 'close') parentPort?.close();
});

function answer(request: OutboxRequest): OutboxAnswer {
  const { id } = request;
  try {
    if (request.kind === 'close') {
      store.close();
      return { id, response: null, status: null, movedTo: null };
    }
    const response = serve(request);
    const status = store.use((open) => open.status());
    return { id, response, status, movedTo: store.takeMoved() };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { id, failure: { code: String(code), message } };
  }
}

function serve(request: Exclude<OutboxRequest, { kind: 'close' }>): unknown {
  switch (request.kind) {
    case 'open':
      return null;
    case 'append':
      store.use((open) => open.append(request.rows, request.now));
      return null;
    case 'read':
      return store.use((open) => open.read(request.after, request.limit));
    case 'deleteThrough':
      store.use((open) => open.deleteThrough(request.through));
      return null;
    case 'expire':
      store.use((open) => open.expire(request.now));
      return null;
    case 'renewStream':
      store.use((open) => open.renewStream());
      return null;
  }
}
