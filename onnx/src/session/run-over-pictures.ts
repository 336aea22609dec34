import type { InferenceResult } from './inference-messages.ts';
import { PictureRunner, type PictureRuns, type RunnerOptions } from './picture-runner.ts';

/** Runs a model over pictures in a process of its own, some at a time, in order. */
export async function* runOverPictures(
  model: Uint8Array,
  { threads, signal, ...runs }: PictureRuns & RunnerOptions,
): AsyncGenerator<InferenceResult['outputs']> {
  const runner = new PictureRunner({ threads, signal });
  try {
    yield* runner.over(model, runs);
  } finally {
    await runner.close();
  }
}
