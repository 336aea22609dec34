import type { Bytes, Millis } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { ChildProcess, childModule } from '../process/child-process.ts';
import type { InferenceRequest, InferenceResult, Pictures } from './inference-messages.ts';

export interface InferenceOptions {
  readonly modelPath: string;
  /** Threads within an operator. */
  readonly threads: number;
  /** A run that takes longer is given up: the process is killed and started again. */
  readonly deadline: Millis;
  /** For a model from a stranger: its process gets no more than that. */
  readonly memoryCap?: Bytes;
  /** Its process has what others leave of the processor. */
  readonly background?: boolean;
}

/**
 * glibc gives back what loading a model freed, which it would keep otherwise: a third of the process (mallopt(3): M_MMAP_THRESHOLD,
 * M_TRIM_THRESHOLD, M_ARENA_MAX).
 */
const LEAN_ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_ARENA_MAX: '1',
};
/** Loading a model may take this long, on a slow card too. */
const LOAD_DEADLINE = 60_000 as Millis;
/** Runs that wait behind the one in flight; one more is refused. */
const MAX_WAITING = 64;

/**
 * A model in a process of its own. Runs go one at a time, in the order of the calls. After a missed deadline or a
 * crash the next run starts the process again.
 */
export class InferenceProcess {
  readonly #options: Omit<InferenceOptions, 'modelPath'>;
  readonly #child: ChildProcess;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #starts = 0;
  #closed = false;
  #modelPath: string;

  constructor({ modelPath, ...options }: InferenceOptions) {
    this.#modelPath = modelPath;
    this.#options = options;
    const { memoryCap, background = false } = options;
    // What the runtime writes about a stranger's model would be the stranger's words in our log.
    this.#child = new ChildProcess(childModule('inference-child', import.meta.url), {
      ...{ memoryCap, quiet: memoryCap !== undefined, background, takesBytes: true },
      environment: LEAN_ENVIRONMENT,
    });
  }

  /** How often the process had to be started again. */
  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** @throws OnnxError `ONNX_INVALID` when the runtime can't load the model, `SESSION_FAILED` when it crashes on it. */
  async start(): Promise<void> {
    if (this.#closed) throw new OnnxError('SESSION_CLOSED', 'The session was closed.');
    this.#starts += 1;
    this.#child.start();
    await this.#load();
  }

  /**
   * Takes another model instead, in turn with the runs: sooner done than in another process.
   * @throws what `start` throws.
   */
  load(modelPath: string): Promise<void> {
    return this.#inTurn(() => {
      this.#modelPath = modelPath;
      return this.#child.running ? this.#load() : this.start();
    });
  }

  /**
   * What the model makes of pictures. They go as they are; the tensor is written where it is needed.
   * @throws OnnxError `SESSION_DEADLINE`, `SESSION_FAILED`; the next run may succeed.
   */
  run({ crops, size, plan }: Pictures): Promise<InferenceResult> {
    const expected = 3 * size ** 2;
    const other = crops.find(({ length }) => length !== expected);
    if (other) {
      const message = `Expected ${expected} bytes of a picture of ${size}², received ${other.length}.`;
      return Promise.reject(new OnnxError('SESSION_FAILED', message));
    }
    const request = { kind: 'run', count: crops.length, size, plan } as const;
    return this.#inTurn(async () => {
      if (!this.#child.running) await this.start();
      return (await this.#ask(request, this.#options.deadline, crops)) as InferenceResult;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#child.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) {
      const message = `Expected at most ${MAX_WAITING} runs to wait, received one more.`;
      return Promise.reject(new OnnxError('SESSION_FAILED', message));
    }
    this.#waiting += 1;
    const result = this.#tail.then(() => {
      this.#waiting -= 1;
      return work();
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  async #load(): Promise<void> {
    const { threads } = this.#options;
    try {
      await this.#ask({ kind: 'load', modelPath: this.#modelPath, threads }, LOAD_DEADLINE);
    } catch (error) {
      await this.#child.close();
      throw error;
    }
  }

  #ask(
    request: InferenceRequest,
    deadline: Millis,
    bytes: readonly Uint8Array[] = [],
  ): Promise<unknown> {
    return this.#child.request(request, deadline, bytes);
  }
}
