import { resizedRegion } from '@edgeloop/imaging';
import type { TrainingBatches } from '@edgeloop/onnx';
import { type Random, seededRandom } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import { type CropScale, randomResizedCrop } from './random-resized-crop.ts';

export interface BatchOptions {
  readonly size: number;
  readonly batch: number;
  readonly stepsPerCall: number;
  readonly cropScale: CropScale;
  readonly seed: number;
  /** Learning rate of the step with this number, from 0, over the whole training. */
  readonly learningRate: (step: number) => number;
}

/** Steps of an epoch: whole batches. Pictures left over after shuffling wait for the next epoch. */
export function stepsPerEpoch(samples: number, batch: number): number {
  return Math.max(1, Math.floor(samples / batch));
}

/**
 * The batches of one epoch, some steps at a time, in a random order, each picture randomly cropped and mirrored. What is
 * drawn depends on seed and epoch alone.
 */
export async function* epochBatches(
  samples: readonly Sample[],
  epoch: number,
  options: BatchOptions,
): AsyncGenerator<TrainingBatches> {
  const { batch, size, stepsPerCall } = options;
  const random = seededRandom(options.seed, epoch);
  const order = shuffled(samples, random);
  const steps = stepsPerEpoch(samples.length, batch);
  for (let from = 0; from < steps; from += stepsPerCall) {
    const count = Math.min(stepsPerCall, steps - from);
    const images = new Uint8Array(count * batch * size * size * 3);
    const labels = new Int32Array(count * batch);
    const draws = Array.from(labels, (_, i) => {
      const sample = order[(from * batch + i) % order.length] as Sample;
      labels[i] = sample.label;
      const box = randomResizedCrop(sample.picture, options.cropScale, random);
      return { sample, box, mirrored: random.chance(0.5) };
    });
    await Promise.all(
      draws.map(async ({ sample, box, mirrored }, i) => {
        images.set(await resizedRegion(sample.picture, box, size, mirrored), i * size * size * 3);
      }),
    );
    const learningRates = Float32Array.from({ length: count }, (_, i) =>
      options.learningRate(epoch * steps + from + i),
    );
    yield { examples: images, labels, learningRates };
  }
}

/** Fisher–Yates. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.between(0, i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/** Makes the next item while the last one is used: one ahead, never more. */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return;
    next = source.next();
    // Whoever stops early never awaits it; its failure must not end the process.
    next.catch(() => {});
    yield value;
  }
}
