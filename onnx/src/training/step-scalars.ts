import type { TrainingOptions } from './engine.ts';

/** Scalars that each batch is told, in the columns of `scalars: float32[batches, STEP_SCALARS]`. */
export const STEP_SCALARS = [
  'learningRate',
  /** For AdamW: `1/(1 − β₁ᵗ)` and `1/(1 − β₂ᵗ)`. */
  'meanCorrection',
  'squareCorrection',
  /** Weight of the new weights in their exponential moving average, 0 to 1. */
  'emaWeight',
  /** Factor of the accumulated gradient: 0 for the first batch of a step, else 1. */
  'carry',
  /** 1 for the last batch of a step, else 0. */
  'apply',
] as const;

export type StepScalar = (typeof STEP_SCALARS)[number];

/**
 * The scalars of some steps' batches.
 * @param stepsDone Steps before these, over the whole training.
 */
export function stepScalars(
  options: Pick<TrainingOptions, 'optimizer' | 'averaging' | 'accumulation'>,
  learningRates: Float32Array,
  stepsDone: number,
): Float32Array {
  const { accumulation } = options;
  const scalars = new Float32Array(learningRates.length * accumulation * STEP_SCALARS.length);
  learningRates.forEach((learningRate, i) => {
    const step = stepsDone + i + 1;
    for (let batch = 0; batch < accumulation; batch++) {
      const row: Record<StepScalar, number> = {
        learningRate,
        ...corrections(options.optimizer, step),
        emaWeight: emaWeightAt(options.averaging, step),
        carry: batch === 0 ? 0 : 1,
        apply: batch === accumulation - 1 ? 1 : 0,
      };
      const from = (i * accumulation + batch) * STEP_SCALARS.length;
      STEP_SCALARS.forEach((name, column) => {
        scalars[from + column] = row[name];
      });
    }
  });
  return scalars;
}

function corrections(optimizer: TrainingOptions['optimizer'], step: number) {
  if (optimizer.kind === 'sgd') return { meanCorrection: 1, squareCorrection: 1 };
  return {
    meanCorrection: 1 / (1 - optimizer.beta1 ** step),
    squareCorrection: 1 / (1 - optimizer.beta2 ** step),
  };
}

/**
 * The decay grows with the steps, so that an average of few steps does not remember the beginning:
 * as in timm.
 */
function emaWeightAt(averaging: number | null, step: number): number {
  return averaging === null ? 1 : 1 - Math.min(averaging, (1 + step) / (10 + step));
}
