import { availableParallelism } from 'node:os';
import { type Precision, type Provider, type ProviderChoice, SIDE_MULTIPLE } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';

/** How a model is trained. Written into the package. */
export interface Recipe {
  readonly size: number;
  /** Times through the embeddings for the last layer alone, before the whole network; 0 for none. */
  readonly probeEpochs: number;
  readonly epochs: number;
  /** Pictures a step. */
  readonly batch: number;
  /** Parts that a step's pictures go through the network in: less memory, the same step. */
  readonly accumulation: number;
  readonly learningRate: number;
  readonly optimizer: 'sgd' | 'adamw';
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** Decay of the moving average of weights; 0 for none. */
  readonly averaging: number;
  /** Stages that stay as they are: 1 the stem, 2 to 5 layer1 to layer4 as well. */
  readonly frozenStages: number;
  /** Batch normalization by the statistics that the first weights brought. */
  readonly frozenStatistics: boolean;
  readonly cropScale: readonly [number, number];
  readonly validationShare: number;
  readonly testShare: number;
  readonly seed: number;
  /** Of the matrix products; mixed takes a GPU. */
  readonly precision: Precision;
  readonly provider: ProviderChoice;
  readonly threads: number;
}

/** With the provider that was chosen. */
export type SettledRecipe = Recipe & { readonly provider: Provider };

export const DEFAULT_RECIPE: Recipe = {
  size: 224,
  probeEpochs: 0,
  epochs: 20,
  batch: 32,
  accumulation: 1,
  learningRate: 0.05,
  optimizer: 'sgd',
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.1,
  averaging: 0,
  frozenStages: 0,
  frozenStatistics: false,
  cropScale: [0.6, 1],
  validationShare: 0.1,
  testShare: 0.2,
  seed: 1,
  precision: 'float32',
  provider: 'auto',
  threads: availableParallelism(),
};

/** What differs by default when training starts from weights that have learned already. */
export const FINE_TUNING: Partial<Recipe> = {
  probeEpochs: 50,
  learningRate: 0.005,
  frozenStatistics: true,
};

type Rule = readonly [keyof Recipe, (value: number) => boolean, string];

const RULES: readonly Rule[] = [
  [
    'size',
    (v) => Number.isInteger(v / SIDE_MULTIPLE) && v >= 32 && v <= 448,
    `a multiple of ${SIDE_MULTIPLE} from 32 to 448`,
  ],
  ['epochs', (v) => Number.isInteger(v) && v >= 1 && v <= 10_000, 'a whole number from 1'],
  ['probeEpochs', (v) => Number.isInteger(v) && v >= 0, 'a whole number from 0'],
  ['accumulation', (v) => Number.isInteger(v) && v >= 1, 'a whole number from 1'],
  ['averaging', (v) => v >= 0 && v < 1, 'a number from 0, below 1'],
  ['frozenStages', (v) => Number.isInteger(v) && v >= 0 && v <= 5, 'a whole number from 0 to 5'],
  ['batch', (v) => Number.isInteger(v) && v >= 2 && v <= 1024, 'a whole number from 2 to 1024'],
  ['learningRate', (v) => v > 0 && v <= 10, 'a number above 0, at most 10'],
  ['seed', (v) => Number.isInteger(v) && v >= 0, 'a whole number from 0'],
  ['threads', (v) => Number.isInteger(v) && v >= 1, 'a whole number from 1'],
];

/** @throws TrainerError `OPTION_INVALID` */
export function checkRecipe(recipe: Recipe): void {
  for (const [key, fits, expected] of RULES) {
    if (!fits(recipe[key] as number)) {
      throw new TrainerError(
        'OPTION_INVALID',
        `Expected ${expected} for ${key}, received ${recipe[key]}.`,
      );
    }
  }
  if (!Number.isInteger(recipe.batch / recipe.accumulation)) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected parts of equal size, received a batch of ${recipe.batch} in ${recipe.accumulation}.`,
    );
  }
  const [least, most] = recipe.cropScale;
  if (!(least > 0 && least <= most && most <= 1)) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected two shares of the area, 0 < least ≤ most ≤ 1, for cropScale, received ${recipe.cropScale.join()}.`,
    );
  }
}
