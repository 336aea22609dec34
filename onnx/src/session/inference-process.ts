import type { Millis } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { ChildProcess, childModule } from '../process/child-process.ts';
import type { InferenceRequest, InferenceResult, TensorInput } from './inference-messages.ts';

export interface InferenceOptions {
  readonly modelPath: string;
  /** Threads within an operator. */
  readonly threads: number;
  /** A run that takes longer is given up: the process is killed and started again. */
  readonly deadline: Millis;
}

/** Loading a model may take this long, on a slow card too. */
const LOAD_DEADLINE = 60_000 as Millis;
/** Runs that wait behind the one in flight; one more is refused. */
const MAX_WAITING = 64;

/**
 * A model in a process of its own. Runs go one at a time, in the order of the calls. After a missed deadline or a
 * crash the next run starts the process again.
 */
export class InferenceProcess {
  readonly #options: InferenceOptions;
  readonly #child = new ChildProcess(childModule('inference-child', import.meta.url));
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #starts = 0;
  #closed = false;

  constructor(options: InferenceOptions) {
    this.#options = options;
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
    const { modelPath, threads } = this.#options;
    try {
      await this.#ask({ kind: 'load', modelPath, threads }, LOAD_DEADLINE);
    } catch (error) {
      await this.#child.close();
      throw error;
    }
  }

  /**
   * @param input For the model's `input`.
   * @throws OnnxError `SESSION_DEADLINE`, `SESSION_FAILED`; the next run may succeed.
   */
  run(input: TensorInput): Promise<InferenceResult> {
    if (this.#waiting >= MAX_WAITING) {
      const message = `Expected at most ${MAX_WAITING} runs to wait, received one more.`;
      return Promise.reject(new OnnxError('SESSION_FAILED', message));
    }
    this.#waiting += 1;
    const result = this.#tail.then(async () => {
      this.#waiting -= 1;
      if (!this.#child.running) await this.start();
      return (await this.#ask(
        { kind: 'run', ...input },
        this.#options.deadline,
      )) as InferenceResult;
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#child.close();
  }

  #ask(request: InferenceRequest, deadline: Millis): Promise<unknown> {
    return this.#child.request(request, deadline);
  }
}
