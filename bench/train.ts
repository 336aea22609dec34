import { initialResNet18, OnnxTrainingEngine, PLAIN_TRAINING } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import { type BenchResult, type Bound, median } from './measure.ts';
import { Peer } from './peer.ts';

const CLASSES = 10;
const THREADS = 2;
const ROUNDS = 5;
const CASES = [
  { size: 64, batch: 32, steps: 6, least: 0.7 },
  { size: 224, batch: 16, steps: 2, least: 0.5 },
] as const;

/** Images a second of our training step against PyTorch's, the same ResNet18, batch and optimizer, on the same cores. */
export async function benchTrain(): Promise<BenchResult> {
  const peer = Peer.start('pytorch-train.py');
  const figures: Record<string, number>[] = [];
  const bounds: Bound[] = [];
  try {
    for (const { size, batch, steps, least } of CASES) {
      const engine = new OnnxTrainingEngine({
        ...PLAIN_TRAINING,
        ...{ size, classes: CLASSES, batch },
        ...{ threads: THREADS, init: initialResNet18({ classes: CLASSES, seed: 1 }) },
      });
      await engine.start();
      const batches = randomBatches(size, batch, steps);
      await peer?.ask({ size, batch, threads: THREADS });
      await engine.train(batches);
      const rounds: { ours: number; pytorch: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const begun = performance.now();
        await engine.train(batches);
        const ours = (1000 * batch * steps) / (performance.now() - begun);
        const answer = await peer?.ask<{ imagesPerSecond: number }>({ steps });
        rounds.push({ ours, pytorch: answer?.imagesPerSecond ?? Number.NaN });
      }
      await engine.close();
      figures.push({
        ...{ size, batch, imagesPerSecond: median(rounds.map(({ ours }) => ours)) },
        ...(peer && { pytorchImagesPerSecond: median(rounds.map(({ pytorch }) => pytorch)) }),
      });
      if (!peer) continue;
      const value = median(rounds.map(({ ours, pytorch }) => ours / pytorch));
      bounds.push({ name: `images/s / PyTorch's, ${size}²`, value, least });
    }
    return { bench: 'train', figures, bounds };
  } finally {
    peer?.close();
  }
}

function randomBatches(size: number, batch: number, steps: number) {
  const random = seededRandom(size);
  const images = new Uint8Array(steps * batch * size * size * 3);
  for (let i = 0; i < images.length; i++) images[i] = random.between(0, 256);
  const labels = Int32Array.from({ length: steps * batch }, (_, i) => i % CLASSES);
  return { examples: images, labels, learningRates: new Float32Array(steps).fill(0.01) };
}
