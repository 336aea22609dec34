import type { Weights } from '../architecture/weights.ts';

/** Pictures and what they show, for some steps in a row. */
export interface TrainingBatches {
  /** `uint8[steps, batch, size, size, 3]`: RGB as decoded and augmented. */
  readonly images: Uint8Array;
  /** `int32[steps, batch]`: class indices. */
  readonly labels: Int32Array;
  /** `float32[steps]`. */
  readonly learningRates: Float32Array;
}

export interface StepResults {
  /** `float32[steps]`: mean loss of each batch, before its update. */
  readonly losses: Float32Array;
  /** `int32[steps]`: how many of each batch were right, before its update. */
  readonly correct: Int32Array;
}

/** Whatever trains: the port between the trainer and an engine. */
export interface TrainingEngine {
  start(): Promise<void>;
  /** Runs the steps in order; the weights stay in the engine. One call at a time. */
  train(batches: TrainingBatches): Promise<StepResults>;
  /** The weights and running averages as they are now. */
  weights(): Promise<Weights>;
  close(): Promise<void>;
}

export interface TrainingOptions {
  /** Pixels of the side, a multiple of 32. */
  readonly size: number;
  readonly classes: number;
  readonly batch: number;
  readonly momentum: number;
  /** Not on batch normalization and biases. */
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly threads: number;
  /** What training starts from. */
  readonly init: Weights;
}
