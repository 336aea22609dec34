import type { Worker } from 'node:worker_threads';
import { type AnswerMessage, type Calls, CLOSE } from './calls.ts';
import { ThreadError } from './errors.ts';
import { startWorker, type WorkerModule } from './start-worker.ts';

export interface WorkerThreadOptions extends WorkerModule {
  /** The thread ended without being asked to. */
  readonly onDeath: (error: ThreadError) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: ThreadError): void;
}

/**
 * A thread for what blocks (SQLite's flush to a slow card), and the calls into it, answered in
 * order.
 */
export class WorkerThread<Served extends Calls> {
  readonly #options: WorkerThreadOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #death: ThreadError | null = null;
  #nextId = 1;

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
  }

  start(): void {
    const worker = startWorker(this.#options);
    this.#worker = worker;
    worker.on('message', (answer: AnswerMessage) => this.#settle(answer));
    worker.on('error', (error) => this.#died(error.message));
    worker.on('exit', (status) => this.#died(`it ended with status ${status}`));
  }

  /**
   * @throws ThreadError `THREAD_CALL_FAILED` with the thread's own code as `reason`; `THREAD_DIED`
   * with `DIED`, whether it died of the call or before it, or `CLOSED`
   */
  call<Name extends keyof Served & string>(
    name: Name,
    request: Served[Name]['request'],
  ): Promise<Served[Name]['response']> {
    const worker = this.#worker;
    if (!worker) {
      const message = `Expected a thread that runs for the call ${name}: it is closed.`;
      return Promise.reject(this.#death ?? new ThreadError('THREAD_DIED', 'CLOSED', message));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ id, name, request });
    });
  }

  /** What was asked before is answered; then the thread cleans up and ends. Idempotent. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#death = null;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    this.#worker = null;
    worker.postMessage(CLOSE);
    await gone;
  }

  #settle(answer: AnswerMessage): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('response' in answer) pending?.resolve(answer.response);
    else {
      const { code, message } = answer.failure;
      pending?.reject(new ThreadError('THREAD_CALL_FAILED', code, message));
    }
  }

  #died(reason: string): void {
    const expected = this.#worker === null;
    this.#worker = null;
    const why = expected ? 'CLOSED' : 'DIED';
    const error = new ThreadError('THREAD_DIED', why, `The thread died: ${reason}`);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    if (expected) return;
    this.#death = error;
    this.#options.onDeath(error);
  }
}
