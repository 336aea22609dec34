import { Worker } from 'node:worker_threads';

export interface WorkerModule {
  /** The thread's module without its ending: `new URL('./outbox-worker', import.meta.url)`. */
  readonly module: URL;
  /** Whether the module is TypeScript, run from source. */
  readonly fromSource: boolean;
  readonly workerData: unknown;
}

/** A bare thread, for who does not speak to it in calls (`WorkerThread`). */
export function startWorker({ module, fromSource, workerData }: WorkerModule): Worker {
  if (!fromSource) return new Worker(new URL(`${module.href}.js`), { workerData });
  // On Node 20 tsx does not reach into a worker by itself.
  const source = JSON.stringify(`${module.href}.ts`);
  const program = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); });`;
  return new Worker(program, { eval: true, workerData });
}
