import { type Optimizer, PLAIN_TRAINING, type TrainingOptions, type Weights } from '@edgeloop/onnx';
import type { Compute } from './compute.ts';
import type { Recipe } from './recipe.ts';

/** What is trained, beside how. */
export interface TrainingTask {
  readonly recipe: Recipe;
  readonly compute: Compute;
  readonly classes: number;
  readonly classWeights: readonly number[] | null;
  /** Pictures on the training side. */
  readonly pictures: number;
  readonly init: Weights;
}

/** Epochs up to `until` that one engine trains. */
export interface Phase {
  readonly until: number;
  /** Rounds as INT8 will. */
  readonly quantizationAware: boolean;
}

export function phases({ epochs, quantizationAware }: Recipe): Phase[] {
  const plain = epochs - quantizationAware;
  return [
    ...(plain > 0 ? [{ until: plain, quantizationAware: false }] : []),
    ...(quantizationAware > 0 ? [{ until: epochs, quantizationAware: true }] : []),
  ];
}

type Steps = Pick<Recipe, 'batch' | 'accumulation'>;

/** Pictures a step: as many as the recipe says, or as there are, in equal parts. */
export function picturesAStep(recipe: Steps, pictures: number): number {
  const { part, accumulation } = partsOfStep(recipe, pictures);
  return part * accumulation;
}

/**
 * Of few pictures a step has fewer parts than the recipe says, so that each has two of them: batch
 * normalization has no variance of one. No part is larger than by the recipe: so many fit in
 * memory.
 */
export function partsOfStep(
  { batch, accumulation: asked }: Steps,
  pictures: number,
): { readonly part: number; readonly accumulation: number } {
  const step = Math.min(batch, pictures);
  const accumulation = Math.min(asked, Math.max(1, Math.floor(step / 2)));
  const part = Math.min(batch / asked, Math.floor(step / accumulation));
  return { part: Math.max(1, part), accumulation };
}

export function engineOptions(
  { recipe, compute, classes, classWeights, pictures, init }: TrainingTask,
  quantizationAware: boolean,
): TrainingOptions {
  const { size, threads, weightDecay, labelSmoothing } = recipe;
  const { part, accumulation } = partsOfStep(recipe, pictures);
  const { frozenStages, frozenStatistics, precision } = recipe;
  return {
    ...PLAIN_TRAINING,
    size,
    classes,
    classWeights,
    accumulation,
    threads,
    init,
    quantizationAware,
    weightDecay,
    labelSmoothing,
    frozenStages,
    frozenStatistics,
    precision,
    ...compute,
    batch: part,
    averaging: recipe.averaging === 0 ? null : recipe.averaging,
    optimizer: optimizerOf(recipe),
  };
}

const ADAMW = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

function optimizerOf({ optimizer, momentum }: Recipe): Optimizer {
  return optimizer === 'sgd' ? { kind: 'sgd', momentum } : ADAMW;
}
