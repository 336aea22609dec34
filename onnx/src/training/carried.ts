import type { TrainingOptions } from './engine.ts';
import { CARRIED_SCALE } from './loss-scale.ts';
import type { Parameter } from './network.ts';
import { memoriesOf } from './optimizers.ts';

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
>;

export const memoryOf = (memory: string, name: string) => `${memory} ${name}`;
export const averageOf = (name: string) => `average ${name}`;
export const gradientOf = (name: string) => `gradient ${name}`;

export interface Carried {
  readonly name: string;
  readonly dims: readonly number[];
  /** What it begins with; null for zeros. */
  readonly initial: Float32Array | null;
}

/**
 * What is carried from batch to batch: every parameter that changes, what the optimizer remembers of it, its average
 * over steps where that is asked for, and its gradient so far where several batches make a step; in mixed precision the
 * scale of the loss as well.
 */
export function carriedTensors(
  parameters: readonly Parameter[],
  { optimizer, averaging, accumulation, precision }: StepOptions,
): Carried[] {
  const ofParameters = parameters.flatMap(({ name, dims, kind, initial }) => {
    if (kind === 'frozen') return [];
    const learns = kind !== 'running average';
    const zeros = (of: string) => ({ name: of, dims, initial: null });
    return [
      { name, dims, initial },
      ...(learns ? memoriesOf(optimizer).map((memory) => zeros(memoryOf(memory, name))) : []),
      ...(learns && accumulation > 1 ? [zeros(gradientOf(name))] : []),
      ...(averaging === null ? [] : [{ name: averageOf(name), dims, initial }]),
    ];
  });
  return precision === 'mixed' ? [...ofParameters, ...CARRIED_SCALE] : ofParameters;
}
