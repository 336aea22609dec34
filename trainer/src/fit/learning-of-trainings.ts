import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Weights } from '@edgeloop/onnx';
import type { Sample } from '../dataset/image-folder.ts';
import { fitLearningCurve, type LearningCurve } from '../evaluate/learning-curve.ts';
import { nestedParts } from '../evaluate/learning-trials.ts';
import { RunFolder } from '../run/run-folder.ts';
import { Training, type TrainingOptions } from './train.ts';

/**
 * Shares of the pictures that are trained on beside all of them: three quarters of a training more.
 */
const SHARES = [0.25, 0.5];

/** As of the run itself. */
export type LearningSteps = Pick<
  TrainingOptions,
  'task' | 'samples' | 'identity' | 'time' | 'report' | 'signal'
>;

interface FullTraining {
  readonly training: LearningSteps;
  /** Of all pictures, on the test side. */
  readonly accuracy: number;
  readonly testPictures: number;
}

/**
 * The learning curve of whole trainings, by the recipe of the run, on a quarter, a half and all of
 * the pictures.
 */
export async function learningOfTrainings(
  { training, accuracy, testPictures }: FullTraining,
  test: (weights: Weights) => Promise<number>,
): Promise<LearningCurve> {
  const { task, samples, report } = training;
  const { seed } = task.recipe;
  const points = [];
  for (const part of nestedParts(samples, seed, SHARES)) {
    report({ kind: 'phase', text: `Learning curve: training on ${part.length} pictures` });
    const weights = await trainOn(part, training);
    points.push({ pictures: part.length, seed, accuracy: await test(weights) });
  }
  points.push({ pictures: samples.length, seed, accuracy });
  return fitLearningCurve(points, testPictures, 'network');
}

/** For the same number of epochs, the last weights, and nothing kept. */
async function trainOn(
  samples: readonly Sample[],
  { task, identity, time, signal }: LearningSteps,
): Promise<Weights> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-learning-'));
  try {
    const training = new Training({
      samples,
      identity,
      time,
      signal,
      checkpointSeconds: Number.POSITIVE_INFINITY,
      task: { ...task, recipe: { ...task.recipe, patience: 0 }, pictures: samples.length },
      run: await RunFolder.open({ folder, resume: false, force: true }),
      validate: null,
      report: () => {},
    });
    return (await training.finish()).weights;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
