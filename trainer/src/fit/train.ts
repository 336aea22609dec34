import {
  OnnxTrainingEngine,
  type Optimizer,
  PLAIN_TRAINING,
  type TrainingEngine,
  type Weights,
} from '@edgeloop/onnx';
import { epochBatches, oneAhead, stepsPerEpoch } from '../augment/batches.ts';
import type { Sample } from '../dataset/image-folder.ts';
import { TrainerError } from '../errors.ts';
import { oneCycle } from './one-cycle.ts';
import type { Report } from './progress.ts';
import type { Recipe, SettledRecipe } from './recipe.ts';

export interface TrainingRun {
  readonly weights: Weights;
  readonly imagesPerSecond: number;
}

/** Steps that go to the engine at a time: about a second's work. */
function stepsPerCall(size: number): number {
  return Math.max(1, Math.round(4 * (64 / size) ** 2));
}

/**
 * Trains the whole network from `init` on.
 * @param validate Accuracy of weights on the validation side.
 * @throws TrainerError `FIT_INTERRUPTED` when `signal` aborts; OnnxError `TRAINING_DIVERGED`.
 */
export async function train(
  samples: readonly Sample[],
  classes: number,
  init: Weights,
  recipe: SettledRecipe,
  validate: (weights: Weights) => Promise<number>,
  report: Report,
  signal: AbortSignal,
): Promise<TrainingRun> {
  const { size, accumulation, threads, weightDecay, labelSmoothing } = recipe;
  const fitting = Math.floor(Math.min(recipe.batch, samples.length) / accumulation);
  const batch = Math.max(1, fitting) * accumulation;
  const { frozenStages, frozenStatistics, provider, precision } = recipe;
  const engine = new OnnxTrainingEngine({
    ...PLAIN_TRAINING,
    ...{ size, classes, batch: batch / accumulation, accumulation, threads, init },
    ...{ weightDecay, labelSmoothing, frozenStages, frozenStatistics, provider, precision },
    averaging: recipe.averaging === 0 ? null : recipe.averaging,
    optimizer: optimizerOf(recipe),
  });
  // One that came earlier would never reach the listener.
  signal.throwIfAborted();
  // A call of the engine may take seconds: closing it at once is what makes Ctrl-C quick.
  const abort = () => void engine.close();
  signal.addEventListener('abort', abort);
  try {
    await engine.start();
    return await trainEpochs(engine, samples, { ...recipe, batch }, validate, report);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await engine.close();
  }
}

const ADAMW = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

function optimizerOf({ optimizer, momentum }: Recipe): Optimizer {
  return optimizer === 'sgd' ? { kind: 'sgd', momentum } : ADAMW;
}

async function trainEpochs(
  engine: TrainingEngine,
  samples: readonly Sample[],
  recipe: Recipe,
  validate: (weights: Weights) => Promise<number>,
  report: Report,
): Promise<TrainingRun> {
  const { batch, epochs, size } = recipe;
  const steps = stepsPerEpoch(samples.length, batch);
  const learningRate = (step: number) => oneCycle(step, epochs * steps, recipe.learningRate);
  const options = { ...recipe, stepsPerCall: stepsPerCall(size), learningRate };
  let seconds = 0;
  let done = 0;
  let weights: Weights | null = null;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let [loss, correct, seen] = [0, 0, 0];
    for await (const batches of oneAhead(epochBatches(samples, epoch, options))) {
      const begun = performance.now();
      const results = await engine.train(batches);
      seconds += (performance.now() - begun) / 1000;
      loss += results.losses.reduce((sum, value) => sum + value, 0);
      correct += results.correct.reduce((sum, value) => sum + value, 0);
      seen += results.losses.length;
      done += results.losses.length;
      report({
        ...{ kind: 'step', epoch: epoch + 1, epochs, step: done, steps: epochs * steps },
        ...{ loss: loss / seen, accuracy: correct / (seen * batch) },
        imagesPerSecond: (done * batch) / seconds,
        secondsLeft: (seconds / done) * (epochs * steps - done),
      });
    }
    weights = await engine.weights();
    const validationAccuracy = await validate(weights);
    const accuracy = correct / (seen * batch);
    report({
      kind: 'epoch',
      epoch: epoch + 1,
      epochs,
      loss: loss / seen,
      accuracy,
      validationAccuracy,
    });
  }
  return { weights: weights as Weights, imagesPerSecond: (done * batch) / seconds };
}

/** The error that an interrupted fit ends with. */
export function interrupted(signalName: string): TrainerError {
  return new TrainerError(
    'FIT_INTERRUPTED',
    `Stopped by ${signalName}. Nothing was written: the package is made only when training is done.`,
  );
}
