import { BY_OPTIMIZER, type Recipe } from './recipe.ts';

/**
 * What to say of convolutions that the given weights lack: to train these alone, at the rate of a
 * training from scratch. Ants and bees without layer4's (bench/results): 0.87 that way, 0.73 by the
 * defaults, 0.70 with all stages at a middling rate. The flags go behind the command as it was: of
 * one that is there twice the last counts, and what it has begun by then, or ended with, is
 * replaced.
 */
export function adviceOnMissing(missing: readonly string[], recipe: Recipe): string {
  const told = `Not in the weights, begun at random: ${missing.join(', ')}.`;
  const stage = Math.min(...missing.map((name) => Number(/^layer(\d)/.exec(name)?.[1] ?? 0)));
  const scratch = BY_OPTIMIZER[recipe.optimizer].scratch;
  const advice = [
    ...(recipe.frozenStages < stage ? [`--frozen-stages ${stage}`] : []),
    ...(recipe.frozenStatistics ? ['--no-frozen-statistics'] : []),
    ...(recipe.learningRate < scratch ? [`--learning-rate ${scratch}`] : []),
  ];
  return advice.length === 0 ? told : `${told} Try the same with --force ${advice.join(' ')}`;
}
