import { IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import type { Weights } from '../architecture/weights.ts';
import type { ConvolutionForm } from '../operators/convolution-form.ts';
import type { Normalization } from '../operators/normalize-pixels.ts';
import type { Precision, Provider } from '../session/provider.ts';

/** Examples and what they show, for some steps in a row. */
export interface TrainingBatches {
  /**
   * For ResNet18 pictures, RGB as decoded and augmented: `uint8[steps · accumulation, batch, size,
   * size, 3]`. For a head embeddings: `float32[steps · accumulation, batch, 512]`.
   */
  readonly examples: Uint8Array | Float32Array;
  /** `int32[steps · accumulation, batch]`: class indices. */
  readonly labels: Int32Array;
  /** `float32[steps]`. */
  readonly learningRates: Float32Array;
}

export interface StepResults {
  /** `float32[steps]`: mean loss of the examples of each step, before its update. */
  readonly losses: Float32Array;
  /** `int32[steps]`: how many of each step were right, before its update. */
  readonly correct: Int32Array;
}

/** Whatever trains: the port between the trainer and an engine. */
export interface TrainingEngine {
  /** What runs the steps, with its version; empty until started. */
  readonly runtime: string;
  start(): Promise<void>;
  /** Runs the steps in order; the weights stay in the engine. One call at a time. */
  train(batches: TrainingBatches): Promise<StepResults>;
  /**
   * The weights and running averages as they are now; where weights are averaged over steps, those
   * averages.
   */
  weights(): Promise<Weights>;
  /** Writes all that later steps depend on, with the caller's notes. */
  save(path: string, notes: Readonly<Record<string, string>>): Promise<void>;
  /** Goes on from what `save` wrote. */
  restore(path: string): Promise<void>;
  close(): Promise<void>;
}

/** How gradients become updates: as torch.optim.SGD and torch.optim.AdamW. */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly momentum: number }
  | {
      readonly kind: 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    };

/** Forms of convolutions, by their names. Another plan gives the same network but for rounding. */
export type KernelPlan = Readonly<Record<string, ConvolutionForm>>;

/** Stages of ResNet18 from the input on: the stem, then layer1 to layer4. */
export const STAGES = 5;

export interface TrainingOptions {
  /**
   * What is trained: the whole network over pictures, its last layer over embeddings, or what
   * changes that layer.
   */
  readonly network: 'resnet18' | 'head' | 'head change';
  /** Pixels of the side, a multiple of 32. */
  readonly size: number;
  readonly classes: number;
  /**
   * Of the pixels, for ResNet18. An option, so that the process that trains need not load what
   * defines it.
   */
  readonly normalization: Normalization;
  /** Examples that go through the network at a time. */
  readonly batch: number;
  /** Batches whose gradients are averaged for one step. */
  readonly accumulation: number;
  readonly optimizer: Optimizer;
  /** Not on batch normalization and biases. */
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** Of the classes in the loss; null for equal ones. */
  readonly classWeights: readonly number[] | null;
  /** Decay of the exponential moving average of weights; null for none. */
  readonly averaging: number | null;
  /** Stages that stay as they are, from the input on: 0 to `STAGES`. */
  readonly frozenStages: number;
  /** Batch normalization keeps its running statistics, and normalizes by them. */
  readonly frozenStatistics: boolean;
  /** Rounds weights and activations as INT8 inference will. */
  readonly quantizationAware: boolean;
  readonly threads: number;
  readonly provider: Provider;
  /**
   * The form of each convolution, as `measureKernels` found it; null for what is usually fastest on
   * the provider.
   */
  readonly kernels: KernelPlan | null;
  /** Mixed: matrix products in float16, where the provider computes in it; see loss-scale.ts. */
  readonly precision: Precision;
  /** What training starts from. */
  readonly init: Weights;
}

/** The recipe's parts that have an obvious default: plain SGD on all of the network. */
export const PLAIN_TRAINING = {
  network: 'resnet18',
  normalization: { mean: IMAGENET_MEAN, std: IMAGENET_STD },
  accumulation: 1,
  optimizer: { kind: 'sgd', momentum: 0.9 },
  weightDecay: 5e-4,
  labelSmoothing: 0,
  classWeights: null,
  averaging: null,
  frozenStages: 0,
  frozenStatistics: false,
  quantizationAware: false,
  provider: 'cpu',
  kernels: null,
  precision: 'float32',
} as const satisfies Partial<TrainingOptions>;
