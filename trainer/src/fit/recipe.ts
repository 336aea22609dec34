import { availableParallelism } from 'node:os';
import { SIDE_MULTIPLE } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';

/** How a model is trained. Written into the package. */
export interface Recipe {
  readonly size: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly cropScale: readonly [number, number];
  readonly validationShare: number;
  readonly testShare: number;
  readonly seed: number;
  readonly threads: number;
}

export const DEFAULT_RECIPE: Recipe = {
  size: 224,
  epochs: 20,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.1,
  cropScale: [0.6, 1],
  validationShare: 0.1,
  testShare: 0.2,
  seed: 1,
  threads: availableParallelism(),
};

type Rule = readonly [keyof Recipe, (value: number) => boolean, string];

const RULES: readonly Rule[] = [
  [
    'size',
    (v) => Number.isInteger(v / SIDE_MULTIPLE) && v >= 32 && v <= 448,
    `a multiple of ${SIDE_MULTIPLE} from 32 to 448`,
  ],
  ['epochs', (v) => Number.isInteger(v) && v >= 1 && v <= 10_000, 'a whole number from 1'],
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
  const [least, most] = recipe.cropScale;
  if (!(least > 0 && least <= most && most <= 1)) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected two shares of the area, 0 < least ≤ most ≤ 1, for cropScale, received ${recipe.cropScale.join()}.`,
    );
  }
}
