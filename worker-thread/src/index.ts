export { ThreadError } from './errors.ts';
export { serveCalls } from './serve-calls.ts';
export { startWorker } from './start-worker.ts';
export { WorkerThread } from './worker-thread.ts';
