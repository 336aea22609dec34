import { SIDE_MULTIPLE } from '../architecture/resnet18.ts';
import type { Weights } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { ChildProcess } from '../process/child-process.ts';
import { ALLOCATOR_ENVIRONMENT } from './allocator.ts';
import {
  STAGES,
  type StepResults,
  type TrainingBatches,
  type TrainingEngine,
  type TrainingOptions,
} from './engine.ts';
import type { TrainingRequest } from './serve-training.ts';

/**
 * No loss of a network that still learns comes near; a ReLU hides NaN, so that a lost network may
 * have finite loss.
 */
const DIVERGED = 1e4;

/**
 * Trains in a child process that `serveTraining` runs: the caller's event loop stays free to decode
 * pictures.
 */
export class ChildTrainingEngine implements TrainingEngine {
  readonly #options: TrainingOptions;
  readonly #child: ChildProcess;
  #runtime = '';
  #stepsDone = 0;

  /** @param program The child's, see `childModule`. */
  constructor(program: URL, options: TrainingOptions) {
    this.#child = new ChildProcess(program, { environment: ALLOCATOR_ENVIRONMENT });
    this.#options = options;
  }

  get runtime(): string {
    return this.#runtime;
  }

  async start(): Promise<void> {
    const { size, network } = this.#options;
    if (network === 'resnet18' && (size % SIDE_MULTIPLE !== 0 || size <= 0)) {
      throw new OnnxError(
        'GRAPH_INVALID',
        `Expected a multiple of ${SIDE_MULTIPLE} for the picture's side, received ${size}.`,
      );
    }
    const { frozenStages } = this.#options;
    if (!(Number.isInteger(frozenStages) && frozenStages >= 0 && frozenStages <= STAGES)) {
      throw new OnnxError(
        'GRAPH_INVALID',
        `Expected a whole number from 0 to ${STAGES} for the frozen stages, received ${frozenStages}.`,
      );
    }
    const { provider, precision } = this.#options;
    if (provider === 'cpu' && precision === 'mixed') {
      throw new OnnxError(
        'PROVIDER_MISSING',
        'Expected a GPU for mixed precision, received the CPU: it has no float16 kernels and would only lose time. Use float32.',
      );
    }
    this.#child.start();
    this.#runtime = (await this.#ask({ kind: 'start', options: this.#options })) as string;
  }

  /** @throws OnnxError `TRAINING_DIVERGED` when a loss is no number or absurd. */
  async train(batches: TrainingBatches): Promise<StepResults> {
    const results = (await this.#ask({ kind: 'train', batches })) as StepResults;
    const broken = results.losses.findIndex((loss) => !(loss < DIVERGED));
    if (broken >= 0) {
      throw new OnnxError(
        'TRAINING_DIVERGED',
        `Expected a loss near ln(classes) or below, received ${results.losses[broken]} at step ${this.#stepsDone + broken + 1}. Try a lower learning rate (it was ${batches.learningRates[broken]?.toPrecision(3)} there) or a longer warm-up.`,
      );
    }
    this.#stepsDone += results.losses.length;
    return results;
  }

  async weights(): Promise<Weights> {
    return (await this.#ask({ kind: 'weights' })) as Weights;
  }

  async save(path: string, notes: Readonly<Record<string, string>>): Promise<void> {
    await this.#ask({ kind: 'save', path, notes });
  }

  /** @throws OnnxError `WEIGHTS_INVALID` when the file is not one of this network's. */
  async restore(path: string): Promise<void> {
    this.#stepsDone = (await this.#ask({ kind: 'restore', path })) as number;
  }

  close(): Promise<void> {
    return this.#child.close();
  }

  #ask(request: TrainingRequest): Promise<unknown> {
    return this.#child.request(request);
  }
}
