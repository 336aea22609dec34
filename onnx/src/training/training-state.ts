import type { TrainingOptions } from './engine.ts';
import { LOSS_SCALE_STATE } from './loss-scale.ts';
import type { Parameter } from './network.ts';
import { optimizerStateNames } from './optimizers.ts';

export type StepOptions = Pick<
  TrainingOptions,
  | 'optimizer'
  | 'weightDecay'
  | 'labelSmoothing'
  | 'classWeights'
  | 'averaging'
  | 'accumulation'
  | 'provider'
  | 'precision'
  | 'threads'
>;

export const optimizerStateOf = (state: string, name: string) => `${state} ${name}`;
export const averageOf = (name: string) => `average ${name}`;
export const gradientOf = (name: string) => `gradient ${name}`;

/** A tensor that a batch takes over from the batch before and hands on to the next. */
export interface StateTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** What it begins with; null for zeros. */
  readonly initial: Float32Array | null;
}

/**
 * The state of a training, carried from batch to batch: every parameter that changes, the
 * optimizer's state of it, its average over steps where that is asked for, and its accumulated
 * gradient where several batches make a step; in mixed precision the scale of the loss as well.
 */
export function trainingState(
  parameters: readonly Parameter[],
  { optimizer, averaging, accumulation, precision }: StepOptions,
): StateTensor[] {
  const ofParameters = parameters.flatMap(({ name, dims, kind, initial }) => {
    if (kind === 'frozen') return [];
    const learns = kind !== 'running average';
    const zeros = (of: string) => ({ name: of, dims, initial: null });
    return [
      { name, dims, initial },
      ...(learns
        ? optimizerStateNames(optimizer).map((state) => zeros(optimizerStateOf(state, name)))
        : []),
      ...(learns && accumulation > 1 ? [zeros(gradientOf(name))] : []),
      ...(averaging === null ? [] : [{ name: averageOf(name), dims, initial }]),
    ];
  });
  return precision === 'mixed' ? [...ofParameters, ...LOSS_SCALE_STATE] : ofParameters;
}
