import { isDeepStrictEqual } from 'node:util';
import {
  adoptResNet18,
  exportResNet18,
  type FloatTensor,
  initialResNet18,
  PLAIN_TRAINING,
  runOverPictures,
  type Weights,
} from '@edgeloop/onnx';
import { type CropPlan, floatTensorPlan, seededRandom } from '@edgeloop/protocol';
import { shuffled } from '../augment/batches.ts';
import type { Sample } from '../dataset/image-folder.ts';
import { CroppedSamples } from '../evaluate/cropped-samples.ts';
import { adviceOnMissing } from './missing-weights.ts';
import { onEngine } from './on-engine.ts';
import type { Report } from './progress.ts';
import type { Recipe } from './recipe.ts';

export interface StartOptions {
  readonly classes: number;
  readonly crop: CropPlan;
  readonly recipe: Recipe;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Given weights for these classes: the last layer has a row for each class in its order, and those
 * of other classes, or in another order, would only be a wrong beginning.
 * @param of whose rows they are; null where nobody says: then they stay
 */
export function forClasses(
  given: ReadonlyMap<string, FloatTensor>,
  of: readonly string[] | null,
  classes: readonly string[],
): ReadonlyMap<string, FloatTensor> {
  if (of === null || isDeepStrictEqual(of, classes)) return given;
  return new Map([...given].filter(([name]) => !/^(module\.)?fc\./.test(name)));
}

/**
 * What training of the whole network begins with: random weights, or given ones under a last layer
 * of our own.
 */
export async function startingWeights(
  given: ReadonlyMap<string, FloatTensor> | null,
  samples: readonly Sample[],
  options: StartOptions,
): Promise<Weights> {
  const { classes, recipe, report } = options;
  const { seed } = recipe;
  if (!given && recipe.probeEpochs === 0) return initialResNet18({ classes, seed });
  const { weights, missing } = given
    ? adoptResNet18(given, { classes, seed })
    : { weights: initialResNet18({ classes, seed }), missing: [] };
  if (missing.length > 0) {
    report({ kind: 'phase', text: adviceOnMissing(missing, recipe) });
  }
  return recipe.probeEpochs === 0 ? weights : withProbe(weights, samples, options);
}

/** Embeddings of the pictures, made once. */
export async function embed(
  weights: Weights,
  samples: readonly Sample[],
  { classes, crop, recipe, signal }: StartOptions,
): Promise<Float32Array[]> {
  const { size, threads } = recipe;
  const pictures = cropsOf(new CroppedSamples(samples, crop));
  const embeddings: Float32Array[] = [];
  for await (const { embedding } of runOverPictures(exportResNet18(weights, { size, classes }), {
    pictures,
    plan: floatTensorPlan(),
    size,
    batch: 16,
    threads,
    signal,
  })) {
    const [rows = 0, width = 1] = embedding?.dims ?? [];
    for (let row = 0; row < rows; row++) {
      embeddings.push(
        embedding?.data.slice(row * width, (row + 1) * width) as unknown as Float32Array,
      );
    }
  }
  return embeddings;
}

async function* cropsOf(cropped: CroppedSamples): AsyncGenerator<Uint8Array> {
  for await (const crops of cropped.batches()) yield* crops;
}

const PROBE = {
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  learningRate: 0.003,
  weightDecay: 0.01,
} as const;

/**
 * Trains the last layer alone on cached embeddings: seconds, and the whole network starts from
 * something useful.
 */
async function withProbe(
  weights: Weights,
  samples: readonly Sample[],
  options: StartOptions,
): Promise<Weights> {
  const { classes, recipe, report, signal } = options;
  const { probeEpochs, size, threads, labelSmoothing } = recipe;
  report({ kind: 'phase', text: `Training the last layer on ${samples.length} embeddings` });
  const embeddings = await embed(weights, samples, options);
  const batch = Math.min(32, samples.length);
  const probe = {
    ...PLAIN_TRAINING,
    network: 'head' as const,
    size,
    classes,
    batch,
    threads,
    labelSmoothing,
    init: weights,
    optimizer: PROBE.optimizer,
    weightDecay: PROBE.weightDecay,
  };
  return onEngine(recipe.engine, probe, signal, async (engine) => {
    for (let epoch = 0; epoch < probeEpochs; epoch++) {
      const random = seededRandom(recipe.seed, epoch);
      const order = shuffled([...samples.keys()], random);
      const steps = Math.floor(order.length / batch);
      const chosen = order.slice(0, steps * batch);
      const width = embeddings[0]?.length ?? 0;
      const examples = new Float32Array(chosen.length * width);
      chosen.forEach((index, row) => {
        examples.set(embeddings[index] as Float32Array, row * width);
      });
      const labels = Int32Array.from(chosen, (index) => samples[index]?.label ?? 0);
      const rate = (PROBE.learningRate * (1 + Math.cos((Math.PI * epoch) / probeEpochs))) / 2;
      const learningRates = new Float32Array(steps).fill(rate);
      const { losses, correct } = await engine.train({ examples, labels, learningRates });
      const mean = (values: Iterable<number>, over: number) =>
        [...values].reduce((sum, value) => sum + value, 0) / over;
      report({
        kind: 'probe',
        epoch: epoch + 1,
        epochs: probeEpochs,
        loss: mean(losses, steps),
        accuracy: mean(correct, steps * batch),
      });
    }
    return new Map([...weights, ...(await engine.weights())]);
  });
}
