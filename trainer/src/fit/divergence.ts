import { OnnxError } from '@edgeloop/onnx';
import type { Recipe } from './recipe.ts';

export function isDivergence(error: unknown): error is OnnxError {
  return error instanceof OnnxError && error.code === 'TRAINING_DIVERGED';
}

/** What of this recipe to try otherwise, after the step and the loss that the engine tells. */
export function explainDivergence(error: OnnxError, recipe: Recipe): OnnxError {
  const { learningRate, warmUp, optimizer, averaging } = recipe;
  const rate = Number((learningRate / 4).toPrecision(2));
  const advice = [
    `--learning-rate ${rate}`,
    ...(warmUp < 0.3 ? ['--warm-up 0.3'] : []),
    ...(optimizer === 'adamw' && averaging === 0 ? ['--averaging 0.99'] : []),
  ];
  return new OnnxError('TRAINING_DIVERGED', `${error.message} Here: ${advice.join(', then ')}.`, {
    cause: error,
  });
}
