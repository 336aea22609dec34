import { TrainerError } from '../errors.ts';
import type { Recipe } from './recipe.ts';

/**
 * Weights of the classes in the loss; null for equal ones. `balanced`: pictures / (classes ·
 * pictures of the class), so that every class weighs the same in all.
 * @throws TrainerError `OPTION_INVALID` for another number of weights than there are classes.
 */
export function classWeights(
  chosen: Recipe['classWeights'],
  labels: readonly number[],
  classes: readonly string[],
): readonly number[] | null {
  if (chosen === 'none') return null;
  if (chosen === 'balanced') {
    const counts = classes.map((_, label) => labels.filter((other) => other === label).length);
    return counts.map((count) => labels.length / (classes.length * count));
  }
  if (chosen.length !== classes.length) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected ${classes.length} class weights, for ${classes.join(', ')} in this order, received ${chosen.length}.`,
    );
  }
  return chosen;
}
