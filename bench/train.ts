import { readFileSync } from 'node:fs';
import {
  initialResNet18,
  measureKernels,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import { ALLOCATOR_ENVIRONMENT } from '../onnx/src/training/allocator.ts';
import { children } from './children.ts';
import { handOverNanoseconds } from './core-distance.ts';
import { type BenchResult, type Bound, median } from './measure.ts';
import { Peer } from './peer.ts';

const CLASSES = 10;
const THREADS = 2;
const ROUNDS = 7;
const BATCH = 32;
const CASES = [
  { size: 64, steps: 4 },
  { size: 224, steps: 1 },
] as const;

/** Images a second of one round, and where the machine's cores were in it. */
interface Round {
  readonly ours: number;
  readonly pytorch: number;
  readonly keeping: number;
  readonly cores: 'near' | 'apart' | 'moved';
}

/** A hand-over between cores that share a cache takes less, between others more. */
const NEAR_NANOSECONDS = 110;

/**
 * Images a second and peak memory of our training step against PyTorch's: the same ResNet18, batch
 * and optimizer, on the same cores, in turns, each in a process of its own. PyTorch as Debian
 * installs it is what the bounds are about; one with the allocator that our training process has
 * shows what is left to gain.
 */
export async function benchTrain(): Promise<BenchResult> {
  const figures: Record<string, number>[] = [];
  const bounds: Bound[] = [];
  for (const { size, steps } of CASES) {
    const kernels = await measureKernels({ size, batch: BATCH, threads: THREADS });
    const others = new Set(children());
    const engine = new OnnxTrainingEngine({
      ...PLAIN_TRAINING,
      size,
      classes: CLASSES,
      batch: BATCH,
      threads: THREADS,
      kernels,
      init: initialResNet18({ classes: CLASSES, seed: 1 }),
    });
    await engine.start();
    const [own] = children().filter((pid) => !others.has(pid)) as [number];
    const peer = Peer.start('pytorch-train.py');
    const keeping = peer && Peer.start('pytorch-train.py', ALLOCATOR_ENVIRONMENT);
    try {
      const batches = randomBatches(size, steps);
      for (const one of [peer, keeping]) await one?.ask({ size, batch: BATCH, threads: THREADS });
      // Weights come back as inputs from the second call on.
      for (let call = 0; call < 2; call++) await engine.train(batches);
      const rounds: Round[] = [];
      let before = await handOverNanoseconds();
      for (let round = 0; round < ROUNDS; round++) {
        const begun = performance.now();
        await engine.train(batches);
        const ours = (1000 * BATCH * steps) / (performance.now() - begun);
        const pytorch = await imagesPerSecond(peer, steps);
        const keepingPeer = await imagesPerSecond(keeping, steps);
        const after = await handOverNanoseconds();
        rounds.push({ ours, pytorch, keeping: keepingPeer, cores: coresOf(before, after) });
        before = after;
      }
      const memory = peakMebibytes(own);
      const images = { imagesPerSecond: median(rounds.map(({ ours }) => ours)) };
      if (peer === null) {
        figures.push({ size, batch: BATCH, ...images, peakMiB: memory });
        continue;
      }
      const peerMemory = peakMebibytes(peer.pid);
      figures.push({
        size,
        batch: BATCH,
        ...images,
        peakMiB: memory,
        pytorchPeakMiB: peerMemory,
        pytorchImagesPerSecond: median(rounds.map(({ pytorch }) => pytorch)),
        pytorchKeepingImagesPerSecond: median(rounds.map(({ keeping }) => keeping)),
        ...ofRounds(rounds, 'near'),
        ...ofRounds(rounds, 'apart'),
      });
      const speed = median(rounds.map(({ ours, pytorch }) => ours / pytorch));
      bounds.push({ name: `images/s / PyTorch's, ${size}²`, value: speed, least: 1 });
      bounds.push({
        name: `peak memory / PyTorch's, ${size}²`,
        value: memory / peerMemory,
        most: 1.2,
      });
    } finally {
      await engine.close();
      peer?.close();
      keeping?.close();
    }
  }
  return { bench: 'train', figures, bounds };
}

/** @param before, after Nanoseconds of a hand-over between the cores around a round. */
function coresOf(before: number, after: number): Round['cores'] {
  if (Math.max(before, after) < NEAR_NANOSECONDS) return 'near';
  return Math.min(before, after) < NEAR_NANOSECONDS ? 'moved' : 'apart';
}

/** The medians of the rounds whose cores were so throughout. */
function ofRounds(rounds: readonly Round[], cores: Round['cores']): Record<string, number> {
  const those = rounds.filter((round) => round.cores === cores);
  if (those.length === 0) return {};
  return {
    [`${cores}Rounds`]: those.length,
    [`${cores}ImagesPerSecond`]: median(those.map(({ ours }) => ours)),
    [`${cores}PytorchImagesPerSecond`]: median(those.map(({ pytorch }) => pytorch)),
    [`${cores}PytorchKeepingImagesPerSecond`]: median(those.map(({ keeping }) => keeping)),
  };
}

async function imagesPerSecond(peer: Peer | null, steps: number): Promise<number> {
  const answer = await peer?.ask<{ imagesPerSecond: number }>({ steps });
  return answer?.imagesPerSecond ?? Number.NaN;
}

/** The most memory that a process ever had: Linux. */
function peakMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function randomBatches(size: number, steps: number) {
  const random = seededRandom(size);
  const images = new Uint8Array(steps * BATCH * size * size * 3);
  for (let i = 0; i < images.length; i++) images[i] = random.between(0, 256);
  const labels = Int32Array.from({ length: steps * BATCH }, (_, i) => i % CLASSES);
  return { examples: images, labels, learningRates: new Float32Array(steps).fill(0.01) };
}
