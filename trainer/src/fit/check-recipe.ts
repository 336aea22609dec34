import { SIDE_MULTIPLE } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';
import type { Recipe } from './recipe.ts';

type Rule = readonly [keyof Recipe, (value: number) => boolean, string];

const whole = (least: number, most = Number.POSITIVE_INFINITY) => {
  return (v: number) => Number.isInteger(v) && v >= least && v <= most;
};

const RULES: readonly Rule[] = [
  [
    'size',
    (v) => Number.isInteger(v / SIDE_MULTIPLE) && v >= 32 && v <= 448,
    `a multiple of ${SIDE_MULTIPLE} from 32 to 448`,
  ],
  ['epochs', whole(1, 10_000), 'a whole number from 1 to 10000'],
  ['probeEpochs', whole(0), 'a whole number from 0'],
  ['batch', whole(2, 1024), 'a whole number from 2 to 1024'],
  ['accumulation', whole(1), 'a whole number from 1'],
  ['learningRate', (v) => v > 0 && v <= 10, 'a number above 0, at most 10'],
  ['warmUp', (v) => v >= 0 && v <= 0.9, 'a share from 0 to 0.9'],
  ['momentum', (v) => v >= 0 && v < 1, 'a number from 0, below 1'],
  ['weightDecay', (v) => v >= 0 && v <= 1, 'a number from 0 to 1'],
  ['labelSmoothing', (v) => v >= 0 && v < 1, 'a share from 0, below 1'],
  ['averaging', (v) => v >= 0 && v < 1, 'a number from 0, below 1'],
  ['frozenStages', whole(0, 5), 'a whole number from 0 to 5'],
  ['patience', whole(0), 'a whole number from 0'],
  ['colourJitter', (v) => v >= 0 && v <= 1, 'a number from 0 to 1'],
  ['seed', whole(0), 'a whole number from 0'],
  ['threads', whole(1), 'a whole number from 1'],
];

/** @throws TrainerError `OPTION_INVALID` */
export function checkRecipe(recipe: Recipe): void {
  for (const [key, fits, expected] of RULES) {
    if (!fits(recipe[key] as number)) {
      throw invalid(`${expected} for ${key}, received ${recipe[key]}`);
    }
  }
  const { batch, accumulation, cropScale, classWeights, epochs, quantizationAware } = recipe;
  if (!(whole(1)(batch / accumulation) && batch / accumulation >= 2)) {
    throw invalid(
      `equal parts of 2 pictures or more, received a batch of ${batch} in ${accumulation}`,
    );
  }
  const [least, most] = cropScale;
  if (!(least > 0 && least <= most && most <= 1)) {
    const rule = 'two shares of the area, 0 < least ≤ most ≤ 1';
    throw invalid(`${rule}, for cropScale, received ${cropScale.join()}`);
  }
  if (!whole(0, epochs)(quantizationAware)) {
    const rule = `a whole number from 0 to the ${epochs} epochs`;
    throw invalid(`${rule} for quantizationAware, received ${quantizationAware}`);
  }
  if (typeof classWeights !== 'string' && !classWeights.every((weight) => weight > 0)) {
    throw invalid(`numbers above 0 for classWeights, received ${classWeights.join()}`);
  }
}

function invalid(reason: string): TrainerError {
  return new TrainerError('OPTION_INVALID', `Expected ${reason}.`);
}
