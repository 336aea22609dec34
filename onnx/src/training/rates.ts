import type { TrainingOptions } from './engine.ts';

/** Scalars that each batch is told, in the columns of `rates: float32[batches, RATES]`. */
export const RATES = [
  'learningRate',
  /** For AdamW: `1/(1 − β₁ᵗ)` and `1/(1 − β₂ᵗ)`. */
  'meanCorrection',
  'squareCorrection',
  /** Of the new weights in their average. */
  'share',
  /** Of the gradient so far: 0 for the first batch of a step, else 1. */
  'carry',
  /** 1 for the last batch of a step, else 0. */
  'apply',
] as const;

export type Rate = (typeof RATES)[number];

/**
 * The scalars of some steps' batches.
 * @param stepsDone Steps before these, over the whole training.
 */
export function batchRates(
  options: Pick<TrainingOptions, 'optimizer' | 'averaging' | 'accumulation'>,
  learningRates: Float32Array,
  stepsDone: number,
): Float32Array {
  const { accumulation } = options;
  const rates = new Float32Array(learningRates.length * accumulation * RATES.length);
  learningRates.forEach((learningRate, i) => {
    const step = stepsDone + i + 1;
    for (let batch = 0; batch < accumulation; batch++) {
      const row: Record<Rate, number> = {
        learningRate,
        ...corrections(options.optimizer, step),
        share: averageShare(options.averaging, step),
        carry: batch === 0 ? 0 : 1,
        apply: batch === accumulation - 1 ? 1 : 0,
      };
      const from = (i * accumulation + batch) * RATES.length;
      RATES.forEach((name, column) => {
        rates[from + column] = row[name];
      });
    }
  });
  return rates;
}

function corrections(optimizer: TrainingOptions['optimizer'], step: number) {
  if (optimizer.kind === 'sgd') return { meanCorrection: 1, squareCorrection: 1 };
  return {
    meanCorrection: 1 / (1 - optimizer.beta1 ** step),
    squareCorrection: 1 / (1 - optimizer.beta2 ** step),
  };
}

/** The decay grows with the steps, so that an average of few steps does not remember the beginning: as in timm. */
function averageShare(averaging: number | null, step: number): number {
  return averaging === null ? 1 : 1 - Math.min(averaging, (1 + step) / (10 + step));
}
