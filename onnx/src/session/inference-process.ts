import type { Bytes, Millis } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { ChildProcess, childModule, NOT_BEGUN } from '../process/child-process.ts';
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
 * glibc gives back what loading a model freed, which it would keep otherwise: a third of the
 * process (mallopt(3): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX).
 */
const LEAN_ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_ARENA_MAX: '1',
};
/** What a run leaves behind is little: collected before it is a few megabytes. */
const LEAN_NODE = ['--max-semi-space-size=1'];
/** Loading a model may take this long, on a slow card too. */
const LOAD_DEADLINE = 60_000 as Millis;
/**
 * Runs that wait behind those on their way; one more is refused. As many as 64 cameras ask for, a
 * frame and the next of each: so many cameras of a device a control plane knows.
 */
const MAX_WAITING = 128;

/** What was asked of the process. */
interface Turn {
  /** Nothing else is on its way beside it. */
  readonly alone: boolean;
  readonly over: Promise<unknown>;
}

const NO_TURN: Turn = { alone: false, over: Promise.resolve() };

/**
 * A model in a process of its own. Runs go one at a time, in the order of the calls; while one
 * does, the pictures of the next are sent, so that the model need not wait for them. After a missed
 * deadline or a crash the next run starts the process again, and one that was on its way meanwhile
 * goes to that.
 */
export class InferenceProcess {
  readonly #options: Omit<InferenceOptions, 'modelPath'>;
  readonly #child: ChildProcess;
  /** The last, and the one before. */
  #turns: readonly [Turn, Turn] = [NO_TURN, NO_TURN];
  #starting: Promise<void> | null = null;
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
      memoryCap,
      quiet: memoryCap !== undefined,
      background,
      blocking: true,
      environment: LEAN_ENVIRONMENT,
      nodeArgs: LEAN_NODE,
    });
  }

  /** How often the process had to be started again. */
  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  /**
   * @throws OnnxError `ONNX_INVALID` when the runtime can't load the model, `SESSION_FAILED` when
   * it crashes on it.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /**
   * Takes another model instead, in turn with the runs: sooner done than in another process.
   * @throws what `start` throws.
   */
  load(modelPath: string): Promise<void> {
    const work = () => {
      this.#modelPath = modelPath;
      return this.#child.running ? this.#load() : this.start();
    };
    return this.#inTurn(work, { alone: true });
  }

  /**
   * What the model makes of pictures. They go as they are; the tensor is written where it is
   * needed.
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
    return this.#inTurn(() => this.#run(request, crops), { alone: false });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#child.close();
  }

  #inTurn<T>(work: () => Promise<T>, { alone }: Pick<Turn, 'alone'>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) {
      const message = `Expected at most ${MAX_WAITING} runs to wait, received one more.`;
      return Promise.reject(new OnnxError('SESSION_FAILED', message));
    }
    this.#waiting += 1;
    const [last, before] = this.#turns;
    const free = alone || last.alone ? Promise.all([before.over, last.over]) : before.over;
    const result = free.then(() => {
      this.#waiting -= 1;
      return work();
    });
    this.#turns = [{ alone, over: result.catch(() => {}) }, last];
    return result;
  }

  async #run(request: InferenceRequest, crops: readonly Uint8Array[]): Promise<InferenceResult> {
    for (;;) {
      if (this.#starting || !this.#child.running) await this.start();
      try {
        const answer = await this.#ask(request, this.#options.deadline, crops);
        if (isResult(answer)) return answer;
        throw new OnnxError('SESSION_FAILED', 'Expected outputs of the model, received none.');
      } catch (error) {
        // Another's fault. Each time that other is done with, and nothing new begins before this.
        if ((error as Error).cause !== NOT_BEGUN) throw error;
      }
    }
  }

  async #start(): Promise<void> {
    if (this.#closed) throw new OnnxError('SESSION_CLOSED', 'The session was closed.');
    this.#starts += 1;
    this.#child.start();
    await this.#load();
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

/** A process that a stranger's model has taken over answers what it likes. */
function isResult(answer: unknown): answer is InferenceResult {
  const { outputs, inferenceMillis } = (answer ?? {}) as Partial<InferenceResult>;
  if (typeof inferenceMillis !== 'number') return false;
  if (typeof outputs !== 'object' || outputs === null) return false;
  return Object.values(outputs).every((output) => output?.data instanceof Float32Array);
}
