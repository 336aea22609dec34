import { resizedRegion } from '@edgeloop/imaging';
import type { TrainingBatches } from '@edgeloop/onnx';
import { type Random, seededRandom } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import { colourChange, drawColours } from './colour-jitter.ts';
import { type CropScale, randomResizedCrop } from './random-resized-crop.ts';

export interface BatchOptions {
  readonly size: number;
  readonly batch: number;
  /** Steps of the call that is made next. */
  readonly stepsOfCall: () => number;
  readonly cropScale: CropScale;
  readonly colourJitter: number;
  readonly seed: number;
  /** Learning rate of the step with this number, from 0, over the whole training. */
  readonly learningRate: (step: number) => number;
}

/** From where and up to which epoch: both from 0, the latter not included. */
export interface Stretch {
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly step: number;
  readonly until: number;
}

/** What goes to the engine at a time. */
export interface TrainingCall {
  readonly batches: TrainingBatches;
  /** Whether an epoch ends with it. */
  readonly last: boolean;
}

/** Pictures that are decoded and cropped at a time. */
const PARALLEL = 8;

/** Steps of an epoch: whole batches. Pictures left over after shuffling wait for the next epoch. */
export function stepsPerEpoch(samples: number, batch: number): number {
  return Math.max(1, Math.floor(samples / batch));
}

/**
 * The batches of some epochs, a few steps at a time, in a random order, each picture randomly
 * cropped, mirrored and coloured. What is drawn depends on seed and epoch alone: a training that
 * goes on draws what it has done again, and decodes only the rest.
 */
export async function* trainingCalls(
  samples: readonly Sample[],
  { epoch: first, step, until }: Stretch,
  options: BatchOptions,
): AsyncGenerator<TrainingCall> {
  const { batch, stepsOfCall } = options;
  const steps = stepsPerEpoch(samples.length, batch);
  for (let epoch = first; epoch < until; epoch++) {
    const random = seededRandom(options.seed, epoch);
    const order = shuffled(samples, random);
    const begin = epoch === first ? step : 0;
    const drawn = (from: number, count: number) =>
      Array.from({ length: count * batch }, (_, i) =>
        draw(order[(from * batch + i) % order.length] as Sample, options, random),
      );
    drawn(0, begin);
    for (let from = begin, count = 0; from < steps; from += count) {
      count = Math.min(stepsOfCall(), steps - from);
      const draws = drawn(from, count);
      const learningRates = Float32Array.from({ length: count }, (_, i) =>
        options.learningRate(epoch * steps + from + i),
      );
      const labels = Int32Array.from(draws, ({ sample }) => sample.label);
      const examples = await pixelsOf(draws, options.size);
      yield { batches: { examples, labels, learningRates }, last: from + count === steps };
    }
  }
}

function draw(sample: Sample, { cropScale, colourJitter }: BatchOptions, random: Random) {
  return {
    sample,
    box: randomResizedCrop(sample.picture, cropScale, random),
    mirrored: random.chance(0.5),
    colours: colourJitter === 0 ? null : drawColours(colourJitter, random),
  };
}

type Draw = ReturnType<typeof draw>;

async function pixelsOf(draws: readonly Draw[], size: number): Promise<Uint8Array> {
  const each = size * size * 3;
  const pixels = new Uint8Array(draws.length * each);
  const left = draws.entries();
  const worker = async () => {
    for (const [i, { sample, box, mirrored, colours }] of left) {
      const picture = await sample.picture.pixels();
      const colour = colours && colourChange(colours);
      pixels.set(await resizedRegion(picture, box, size, { mirrored, colour }), i * each);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return pixels;
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
