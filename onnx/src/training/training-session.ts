import { readFile } from 'node:fs/promises';
import type { FloatTensor, Weights } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import { runtimeVersion } from '../runtime-version.ts';
import { decodeSafetensors } from '../weights/safetensors.ts';
import { saveSafetensors } from '../weights/save-safetensors.ts';
import type { StepResults, TrainingBatches, TrainingOptions } from './engine.ts';
import { headChangeNetwork, headNetwork } from './head-network.ts';
import type { TrainingNetwork } from './network.ts';
import { ReadBack } from './read-back.ts';
import { exportParameters, resnet18Network } from './resnet18-network.ts';
import type { LoadedTraining } from './serve-training.ts';
import { SESSION_OPTIONS } from './session-options.ts';
import { batchModel, loopModel, nextOf } from './step-graph.ts';
import { STEP_SCALARS, stepScalars } from './step-scalars.ts';
import { averageOf, type StateTensor, trainingState } from './training-state.ts';

/**
 * The training step, loaded: blocks its thread while it runs, which is why the engine keeps it in a
 * child process.
 */
export class TrainingSession implements LoadedTraining {
  readonly #options: Omit<TrainingOptions, 'init'>;
  readonly #examples: TrainingNetwork['examples'];
  /** In the network's order; with the values of those that never change. */
  readonly #parameters: readonly { readonly name: string; readonly frozen: Float32Array | null }[];
  readonly #layout: readonly Omit<StateTensor, 'initial'>[];
  readonly #session: InferenceSession;
  #carried: Map<string, Tensor>;
  #readBack: ReadBack | null = null;
  #stepsDone = 0;

  private constructor(
    { init: _, ...options }: TrainingOptions,
    { parameters, examples }: TrainingNetwork,
    session: InferenceSession,
  ) {
    this.#options = options;
    this.#examples = examples;
    this.#session = session;
    // What training began with is let go: it would take as much memory as the weights.
    this.#parameters = parameters.map(({ name, kind, initial }) => ({
      name,
      frozen: kind === 'frozen' ? initial : null,
    }));
    const carried = trainingState(parameters, options);
    this.#layout = carried.map(({ name, dims }) => ({ name, dims }));
    this.#carried = new Map(
      carried.map(({ name, dims, initial }) => [
        name,
        initial ? float(initial.slice(), dims) : zeros(dims),
      ]),
    );
  }

  static async load(options: TrainingOptions): Promise<TrainingSession> {
    const network = networkOf(options);
    const step = hasLoop(options) ? loopModel(network, options) : batchModel(network, options);
    const carried = trainingState(network.parameters, options);
    const session = await InferenceSession.create(encodeModel(step), {
      ...SESSION_OPTIONS,
      executionProviders: options.provider === 'cpu' ? ['cpu'] : [options.provider, 'cpu'],
      intraOpNumThreads: options.threads,
      ...(!hasLoop(options) && {
        preferredOutputLocation: Object.fromEntries(
          carried.map(({ name }) => [nextOf(name), 'gpu-buffer' as const]),
        ),
      }),
    });
    return new TrainingSession(options, network, session);
  }

  get runtime(): string {
    return `onnxruntime-node ${runtimeVersion()}, ${this.#options.provider}`;
  }

  async train(batches: TrainingBatches): Promise<StepResults> {
    const scalars = stepScalars(this.#options, batches.learningRates, this.#stepsDone);
    const results = await (hasLoop(this.#options)
      ? this.#runLoop(batches, scalars)
      : this.#runBatches(batches, scalars));
    this.#stepsDone += batches.learningRates.length;
    return stepResults(results, this.#options.accumulation);
  }

  async #runLoop(batches: TrainingBatches, scalars: Float32Array): Promise<StepResults> {
    const { dims } = this.#examples;
    const count = scalars.length / STEP_SCALARS.length;
    const feeds: Record<string, Tensor> = Object.fromEntries(this.#carried);
    feeds.examples = exampleTensor(batches.examples, [count, ...dims]);
    feeds.labels = new Tensor('int32', batches.labels, [count, dims[0] as number]);
    feeds.scalars = float(scalars, [count, STEP_SCALARS.length]);
    feeds.batches = new Tensor('int64', BigInt64Array.of(BigInt(count)), []);
    const losses = new Float32Array(count);
    const correct = new Int32Array(count);
    await this.#session.run(feeds, {
      // A Loop writes its results when its last iteration is over: they take the place of what the
      // first one read.
      ...Object.fromEntries([...this.#carried].map(([name, tensor]) => [nextOf(name), tensor])),
      losses: float(losses, [count]),
      correct: new Tensor('int32', correct, [count]),
    });
    return { losses, correct };
  }

  async #runBatches(batches: TrainingBatches, scalars: Float32Array): Promise<StepResults> {
    const { dims } = this.#examples;
    const [batch = 1] = dims;
    const each = dims.reduce((product, n) => product * n, 1);
    const count = scalars.length / STEP_SCALARS.length;
    const losses = new Float32Array(count);
    const correct = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const part = <T extends { subarray(from: number, to: number): T }>(all: T, size: number) =>
        all.subarray(i * size, (i + 1) * size);
      const feeds: Record<string, Tensor> = Object.fromEntries(this.#carried);
      feeds.examples = exampleTensor(part<Uint8Array>(batches.examples as Uint8Array, each), dims);
      feeds.labels = new Tensor('int32', part(batches.labels, batch), [batch]);
      feeds.scalars = new Tensor('float32', part(scalars, STEP_SCALARS.length), [
        STEP_SCALARS.length,
      ]);
      const before = this.#carried;
      const results = (await this.#session.run(feeds)) as Record<string, Tensor>;
      this.#carried = new Map(
        this.#layout.map(({ name }) => [name, results[nextOf(name)] as Tensor]),
      );
      for (const tensor of before.values()) letGo(tensor);
      losses[i] = results.losses?.data[0] as number;
      correct[i] = results.correct?.data[0] as number;
    }
    return { losses, correct };
  }

  async weights(): Promise<Weights> {
    const values = await this.#values();
    const named = this.#parameters.map(({ name, frozen }) => {
      const value = values.get(averageOf(name)) ?? values.get(name);
      return [name, frozen ?? (value?.data as Float32Array)] as const;
    });
    return exportParameters(new Map(named));
  }

  async #values(): Promise<Map<string, FloatTensor>> {
    const inBuffers = [...this.#carried.values()].some(({ location }) => location === 'gpu-buffer');
    if (inBuffers) this.#readBack ??= await ReadBack.load(this.#layout);
    const tensors = inBuffers ? await this.#readBack?.read(this.#carried) : this.#carried;
    return new Map(
      [...(tensors ?? [])].map(([name, { dims, data }]) => [
        name,
        { dims: [...dims], data: data as Float32Array },
      ]),
    );
  }

  /** Whole or not at all. */
  async save(path: string, notes: Readonly<Record<string, string>>): Promise<void> {
    const metadata = { ...notes, [STEPS_DONE]: `${this.#stepsDone}` };
    await saveSafetensors(path, { tensors: await this.#values(), metadata });
  }

  /**
   * Takes what is there by name: optimizer state that another optimizer left, or that is new,
   * begins with its initial value.
   * @returns Steps that were done when it was saved.
   */
  async restore(path: string): Promise<number> {
    const { tensors, metadata } = decodeSafetensors(await readFile(path));
    for (const { name, dims } of this.#layout) {
      const saved = tensors.get(name);
      if (!saved) continue;
      if (saved.dims.join() !== dims.join()) {
        throw new OnnxError(
          'WEIGHTS_INVALID',
          `Expected ${name} of shape ${dims.join('×')} in ${path}, received ${saved.dims.join('×')}.`,
        );
      }
      letGo(this.#carried.get(name));
      this.#carried.set(name, new Tensor('float32', saved.data, dims));
    }
    this.#stepsDone = Number(metadata[STEPS_DONE] ?? 0);
    return this.#stepsDone;
  }

  async close(): Promise<void> {
    for (const tensor of this.#carried.values()) letGo(tensor);
    await this.#readBack?.close();
    await this.#session.release();
  }
}

const STEPS_DONE = 'stepsDone';

function networkOf(options: TrainingOptions): TrainingNetwork {
  const { network, init, batch } = options;
  if (network === 'resnet18') return resnet18Network(options);
  return network === 'head' ? headNetwork(init, batch) : headChangeNetwork(init, batch);
}

/** The WebGPU provider has no `Loop`. */
function hasLoop({ provider }: Pick<TrainingOptions, 'provider'>): boolean {
  return provider !== 'webgpu';
}

/** Memory of the GPU is not the garbage collector's to free in time. */
function letGo(tensor: Tensor | undefined): void {
  if (tensor?.location === 'gpu-buffer') tensor.dispose();
}

function float(data: Float32Array, dims: readonly number[]): Tensor {
  return new Tensor('float32', data, dims);
}

function zeros(dims: readonly number[]): Tensor {
  return float(new Float32Array(dims.reduce((product, n) => product * n, 1)), dims);
}

function exampleTensor(data: Uint8Array | Float32Array, dims: readonly number[]): Tensor {
  return data instanceof Float32Array
    ? new Tensor('float32', data, dims)
    : new Tensor('uint8', data, dims);
}

/** From figures of batches to figures of steps. */
function stepResults({ losses, correct }: StepResults, accumulation: number): StepResults {
  if (accumulation === 1) return { losses, correct };
  const steps = losses.length / accumulation;
  const sum = (values: ArrayLike<number>, step: number) => {
    let total = 0;
    for (let i = 0; i < accumulation; i++) total += values[step * accumulation + i] as number;
    return total;
  };
  return {
    losses: Float32Array.from({ length: steps }, (_, step) => sum(losses, step) / accumulation),
    correct: Int32Array.from({ length: steps }, (_, step) => sum(correct, step)),
  };
}
