import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { evaluationCrop, type Sha256 } from '@edgeloop/protocol';
import { ALLOCATOR_ENVIRONMENT } from '../onnx/src/training/allocator.ts';
import { splitSamples } from '../trainer/src/dataset/split.ts';
import type { BenchResult } from './measure.ts';
import { Peer } from './peer.ts';
import { runFit } from './run-fit.ts';

const DATA = resolve(process.env.EDGELOOP_TEST_DATA ?? '../shared/data', 'neu-steel');
const SEEDS = [1, 2, 3];
const SIZE = 64;
const RECIPE = {
  size: SIZE,
  epochs: 12,
  batch: 32,
  learningRate: 0.05,
  labelSmoothing: 0.1,
  cropScale: [0.6, 1],
  threads: 2,
  resize: evaluationCrop(SIZE).resize,
};

/**
 * Held-out accuracy on steel defects, from scratch, beside PyTorch by the same recipe on the same
 * split; several seeds.
 */
export async function benchAccuracy(): Promise<BenchResult> {
  if (!existsSync(DATA))
    throw new Error(`Expected the steel defects of EDGELOOP_TEST_DATA in ${DATA}.`);
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  const figures: Record<string, number>[] = [];
  try {
    const classes = (await readdir(DATA)).sort();
    const samples = once((await Promise.all(classes.map(samplesOf))).flat());
    for (const seed of SEEDS) {
      const ours = await runFit(
        ...[DATA, join(folder, `seed-${seed}`)],
        ...['--size', `${SIZE}`, '--epochs', `${RECIPE.epochs}`, '--seed', `${seed}`],
      );
      const split = splitSamples(samples, { validation: 0.1, test: 0.2 }, seed);
      const side = (of: typeof samples) => of.map(({ path, label }) => [path, label]);
      const peer = Peer.start('pytorch-fit.py', ALLOCATOR_ENVIRONMENT);
      const theirs = await peer?.ask<{ accuracy: number }>({
        ...RECIPE,
        seed,
        classes: classes.length,
        train: side([...split.train]),
        test: side([...split.test]),
      });
      peer?.close();
      figures.push({
        seed,
        accuracy: ours.testAccuracy,
        int8Accuracy: ours.int8TestAccuracy,
        ...(theirs && { pytorchAccuracy: theirs.accuracy }),
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const mean = (of: string) =>
    figures.reduce((sum, figure) => sum + (figure[of] ?? Number.NaN), 0) / figures.length;
  const bounds =
    figures[0]?.pytorchAccuracy === undefined
      ? []
      : [
          {
            name: "mean accuracy / PyTorch's",
            value: mean('accuracy') / mean('pytorchAccuracy'),
            least: 1,
          },
        ];
  return { bench: 'accuracy', figures, bounds };
}

/** The same bytes twice are one sample, as in a fit. */
function once<T extends { readonly sha256: Sha256 }>(samples: readonly T[]): T[] {
  const seen = new Set<Sha256>();
  return samples.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}

async function samplesOf(name: string, label: number) {
  const files = (await readdir(join(DATA, name))).sort();
  return Promise.all(
    files.map(async (file) => {
      const path = join(DATA, name, file);
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex') as Sha256;
      return { path, label, sha256 };
    }),
  );
}
