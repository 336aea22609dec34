import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BenchResult } from './measure.ts';
import { runFit } from './run-fit.ts';

const DATA = resolve(process.env.EDGELOOP_TEST_DATA ?? '../shared/data');
const WEIGHTS = join(DATA, 'weights/resnet18-imagenet-without-layer4.safetensors');
const SEEDS = [1, 2];
const SIZE = ['--size', '128'];
/** What `fit` advises where the last stage is missing. */
const TUNING = ['--frozen-stages', '4', '--no-frozen-statistics', '--learning-rate', '0.05'];

/**
 * Ants and bees from ImageNet weights that lack the last stage's convolutions, and from random ones
 * with more epochs.
 */
export async function benchFineTuning(): Promise<BenchResult> {
  if (!existsSync(DATA)) throw new Error(`Expected EDGELOOP_TEST_DATA in ${DATA}.`);
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  const figures: Record<string, number>[] = [];
  try {
    const pictures = join(folder, 'pictures');
    for (const side of await readdir(join(DATA, 'hymenoptera'))) {
      await cp(join(DATA, 'hymenoptera', side), pictures, { recursive: true });
    }
    for (const seed of SEEDS) {
      const fit = (out: string, ...flags: string[]) =>
        runFit(pictures, join(folder, `${out}-${seed}`), ...SIZE, '--seed', `${seed}`, ...flags);
      const tuned = await fit('tuned', '--init', WEIGHTS, ...TUNING, '--epochs', '12');
      const scratch = await fit('scratch', '--epochs', '15');
      figures.push({
        seed,
        fineTuned: tuned.testAccuracy,
        fineTunedInt8: tuned.int8TestAccuracy,
        fromScratch: scratch.testAccuracy,
        fineTunedSeconds: tuned.seconds,
        fromScratchSeconds: scratch.seconds,
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const mean = (of: string) =>
    figures.reduce((sum, figure) => sum + (figure[of] ?? Number.NaN), 0) / figures.length;
  const margin = mean('fineTuned') - mean('fromScratch');
  const bounds = [{ name: 'accuracy above that from scratch', value: margin, least: 0.15 }];
  return { bench: 'fine-tuning', figures, bounds };
}
