import { JobRecipe, recipeMistake } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import type { Recipe } from './recipe.ts';

/**
 * The rules of a job's recipe, and of what only `fit` can say.
 * @throws TrainerError `OPTION_INVALID`
 */
export function checkRecipe(recipe: Recipe): void {
  const mistake = recipeMistake(asJob(recipe));
  if (mistake) throw new TrainerError('OPTION_INVALID', mistake);
  const { cropScale, classWeights, threads } = recipe;
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw invalid(`a whole number from 1 for threads, received ${threads}`);
  }
  const [least, most] = cropScale;
  if (!(least > 0 && least <= most && most <= 1)) {
    const rule = 'two shares of the area, 0 < least ≤ most ≤ 1';
    throw invalid(`${rule}, for cropScale, received ${cropScale.join()}`);
  }
  if (typeof classWeights !== 'string' && !classWeights.every((weight) => weight > 0)) {
    throw invalid(`numbers above 0 for classWeights, received ${classWeights.join()}`);
  }
}

/** What a job could say of it. */
function asJob({ classWeights, ...recipe }: Recipe): JobRecipe {
  const said = Object.entries(recipe).filter(([key]) => Object.hasOwn(JobRecipe.properties, key));
  return {
    ...Object.fromEntries(said),
    ...(typeof classWeights === 'string' && { classWeights }),
  };
}

function invalid(reason: string): TrainerError {
  return new TrainerError('OPTION_INVALID', `Expected ${reason}.`);
}
