import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Weights } from '../architecture/weights.ts';
import { encodeModel } from '../protobuf/encode.ts';
import type { StepResults, TrainingBatches, TrainingOptions } from './engine.ts';
import { carriedTensors, nextOf, stepModel } from './step-graph.ts';
import { exportParameters, type Parameter, trainingParameters } from './training-network.ts';

/** The training step, loaded: blocks its thread while it runs, which is why the engine keeps it in a child process. */
export class TrainingSession {
  readonly #options: TrainingOptions;
  readonly #parameters: readonly Parameter[];
  readonly #session: InferenceSession;
  #carried: Map<string, Tensor>;

  private constructor(
    options: TrainingOptions,
    parameters: readonly Parameter[],
    session: InferenceSession,
  ) {
    this.#options = options;
    this.#parameters = parameters;
    this.#session = session;
    const initial = new Map(parameters.map(({ name, initial: data }) => [name, data]));
    this.#carried = new Map(
      carriedTensors(parameters).map(({ name, dims }) => {
        const size = dims.reduce((product, n) => product * n, 1);
        return [name, new Tensor('float32', initial.get(name) ?? new Float32Array(size), dims)];
      }),
    );
  }

  static async load(options: TrainingOptions): Promise<TrainingSession> {
    const parameters = trainingParameters(options.init);
    const bytes = encodeModel(stepModel(parameters, options));
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
    return new TrainingSession(options, parameters, session);
  }

  async train({ images, labels, learningRates }: TrainingBatches): Promise<StepResults> {
    const steps = learningRates.length;
    const { batch, size } = this.#options;
    const feeds: Record<string, Tensor> = Object.fromEntries(this.#carried);
    feeds.images = new Tensor('uint8', images, [steps, batch, size, size, 3]);
    feeds.labels = new Tensor('int32', labels, [steps, batch]);
    feeds.learningRates = new Tensor('float32', learningRates, [steps]);
    feeds.steps = new Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
    const results = await this.#session.run(feeds);
    const { losses, correct } = results;
    this.#carried = new Map(
      [...this.#carried.keys()].map((name) => [name, results[nextOf(name)] as Tensor]),
    );
    return {
      losses: losses?.data as Float32Array,
      correct: correct?.data as Int32Array,
    };
  }

  weights(): Weights {
    return exportParameters(
      new Map(
        this.#parameters.map(({ name }) => [name, this.#carried.get(name)?.data as Float32Array]),
      ),
    );
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
