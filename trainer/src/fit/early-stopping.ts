import type { Recipe } from './recipe.ts';
import type { EpochFigures } from './training-progress.ts';

export interface EarlyStopping {
  /** The epoch, from 1, whose weights are the best so far; null where none is looked for. */
  readonly best: number | null;
  readonly stop: boolean;
}

/**
 * The best epoch by validation loss, the first of equal ones, and whether `patience` epochs have
 * brought none better. Loss rather than accuracy, which on few pictures moves in steps of one of
 * them. Epochs before rounding begins are left out: weights that never met it are not what is
 * wanted. A loss that is no number is worse than any.
 */
export function earlyStopping(
  history: readonly EpochFigures[],
  {
    epochs,
    patience,
    quantizationAware,
  }: Pick<Recipe, 'epochs' | 'patience' | 'quantizationAware'>,
): EarlyStopping {
  if (patience === 0) return { best: null, stop: false };
  const first = quantizationAware === 0 ? 0 : epochs - quantizationAware;
  const losses = history
    .slice(first)
    .map(({ validation: { loss } }) => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY));
  if (losses.length === 0) return { best: null, stop: false };
  const best = losses.indexOf(Math.min(...losses));
  return { best: first + best + 1, stop: losses.length - 1 - best >= patience };
}
