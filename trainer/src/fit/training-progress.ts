import type { StepResults } from '@edgeloop/onnx';

/** What weights do on the validation side. */
export interface Validation {
  readonly accuracy: number;
  /** Mean −log of the score of the true class, without label smoothing. */
  readonly loss: number;
}

/** A point of the curves. */
export interface EpochFigures {
  /** Means over the steps of the epoch, each before its update. */
  readonly loss: number;
  readonly accuracy: number;
  readonly validation: Validation;
  /** Of the last step. */
  readonly learningRate: number;
}

/** Where a training is: whole epochs, and what of the next one is done. */
export interface Progress {
  readonly history: readonly EpochFigures[];
  /** Steps of the epoch that is not whole yet, with the sums of their figures. */
  readonly steps: number;
  readonly loss: number;
  readonly correct: number;
}

export const BEGINNING: Progress = { history: [], steps: 0, loss: 0, correct: 0 };

export function afterSteps(progress: Progress, { losses, correct }: StepResults): Progress {
  const sum = (values: Float32Array | Int32Array) => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  return {
    history: progress.history,
    steps: progress.steps + losses.length,
    loss: progress.loss + sum(losses),
    correct: progress.correct + sum(correct),
  };
}

/** Means of the epoch that runs. */
export function meansOf({ steps, loss, correct }: Progress, batch: number) {
  return { loss: loss / steps, accuracy: correct / (steps * batch) };
}

export function afterEpoch({ history }: Progress, figures: EpochFigures): Progress {
  return { ...BEGINNING, history: [...history, figures] };
}
