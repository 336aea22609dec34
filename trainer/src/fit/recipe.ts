import { availableParallelism } from 'node:os';
import type { Precision, ProviderChoice } from '@edgeloop/onnx';
import { RECIPE_DEFAULTS } from '@edgeloop/protocol';
import type { EngineKind } from './create-engine.ts';

/** How a model is trained. Written into the package. */
export interface Recipe {
  readonly engine: EngineKind;
  readonly size: number;
  /**
   * Times through the embeddings for the last layer alone, before the whole network; 0 for none.
   */
  readonly probeEpochs: number;
  readonly epochs: number;
  /** Pictures a step. */
  readonly batch: number;
  /** Parts that a step's pictures go through the network in: less memory, the same step. */
  readonly accumulation: number;
  /** The highest of the one-cycle schedule. */
  readonly learningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmUp: number;
  readonly optimizer: 'sgd' | 'adamw';
  readonly momentum: number;
  /** Not on batch normalization and biases. */
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /**
   * Of the classes in the loss: equal, each class the same in all, or one for each class in the
   * order of their names.
   */
  readonly classWeights: 'none' | 'balanced' | readonly number[];
  /** Decay of the moving average of weights; 0 for none. */
  readonly averaging: number;
  /** Stages that stay as they are: 1 the stem, 2 to 5 layer1 to layer4 as well. */
  readonly frozenStages: number;
  /** Batch normalization by the statistics that the first weights brought. */
  readonly frozenStatistics: boolean;
  /** Last epochs that round as INT8 will; 0 for none. */
  readonly quantizationAware: number;
  /**
   * Epochs without a lower validation loss after which training stops and takes the best weights; 0
   * for the last ones.
   */
  readonly patience: number;
  readonly cropScale: readonly [number, number];
  /** 0 for none, 1 for a lot: brightness, contrast, saturation and a little of the hue. */
  readonly colourJitter: number;
  readonly validationShare: number;
  readonly testShare: number;
  readonly seed: number;
  /** Of the matrix products; mixed takes a GPU. */
  readonly precision: Precision;
  readonly provider: ProviderChoice;
  readonly threads: number;
}

export const DEFAULT_RECIPE: Recipe = {
  ...RECIPE_DEFAULTS,
  engine: 'onnx',
  size: 224,
  probeEpochs: 0,
  learningRate: 0.05,
  warmUp: 0.25,
  optimizer: 'sgd',
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.1,
  classWeights: 'none',
  averaging: 0,
  frozenStages: 0,
  frozenStatistics: false,
  patience: 0,
  cropScale: [0.6, 1],
  colourJitter: 0,
  validationShare: 0.1,
  testShare: 0.2,
  seed: 1,
  precision: 'float32',
  provider: 'auto',
  threads: availableParallelism(),
};

/** What differs by default when training starts from weights that have learned already. */
const FINE_TUNING: Partial<Recipe> = { probeEpochs: 50, frozenStatistics: true };

/**
 * By optimizer: rates from random weights and from learned ones, and a decay that is not scaled by
 * the gradient.
 */
export const BY_OPTIMIZER = {
  sgd: { scratch: 0.05, fineTuning: 0.005, weightDecay: 5e-4 },
  adamw: { scratch: 1e-3, fineTuning: 1e-4, weightDecay: 0.05 },
} as const;

/** The whole recipe from what was said of it, for random weights or learned ones. */
export function completeRecipe(given: Partial<Recipe>, fineTuning: boolean): Recipe {
  const { optimizer = DEFAULT_RECIPE.optimizer } = given;
  const { weightDecay, ...rates } = BY_OPTIMIZER[optimizer];
  return {
    ...DEFAULT_RECIPE,
    ...(fineTuning && FINE_TUNING),
    weightDecay,
    learningRate: fineTuning ? rates.fineTuning : rates.scratch,
    ...given,
  };
}
