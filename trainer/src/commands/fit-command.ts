import { basename, resolve } from 'node:path';
import { mebibytes } from '@edgeloop/protocol';
import { Command } from 'commander';
import { PICTURE_MEMORY } from '../dataset/fitted-pictures.ts';
import { fit } from '../fit/fit.ts';
import type { FitSummary } from '../fit/fit-options.ts';
import { progressReport } from '../fit/progress.ts';
import { completeRecipe, DEFAULT_RECIPE, type Recipe } from '../fit/recipe.ts';
import { parseDigestPin } from '../weights/digest-pin.ts';
import { findWeights } from '../weights/weights-file.ts';
import { positiveInteger, seconds } from './option-values.ts';
import { recipeOptions } from './recipe-options.ts';

interface Folders {
  /** Of fetched weights. */
  readonly weightsFolder: string;
  /** Of measured forms of convolutions. */
  readonly kernelFolder: string;
}

/** `edgeloop-trainer fit`. */
export function fitCommand(
  version: string,
  { weightsFolder, kernelFolder }: Folders,
  signal: AbortSignal,
): Command {
  const command = new Command('fit')
    .description('train a ResNet18 on a folder of class folders and write a model package')
    .argument('<folder>', 'class folders with JPEG, PNG or WebP pictures')
    .requiredOption('--out <package>', 'folder to write the package to')
    .option('--force', 'replace the package at --out, begin anew where a run is unfinished', false)
    .option('--run <folder>', 'where the run keeps its checkpoint and report (<package>.run)')
    .option('--resume', 'go on with an unfinished run, if there is one', false)
    .option(
      '--checkpoint-seconds <s>',
      'between checkpoints within an epoch; 0: after every step',
      seconds,
      30,
    )
    .option(
      '--picture-memory <MiB>',
      'for pictures that are kept decoded; those beyond are decoded in every epoch',
      positiveInteger,
      PICTURE_MEMORY / mebibytes(1),
    )
    .option('--name <name>', 'name of the model', '')
    .option(
      '--init <file>',
      'weights to start from: .safetensors, .pth or .onnx of a ResNet18, or the name of fetched ones',
    )
    .option('--init-sha256 <digest>', 'refuse weights that have another SHA-256', parseDigestPin)
    .option('--no-learning-curve', 'leave out what more pictures would gain (it trains on parts)')
    .option('--json', 'print the figures as one line of JSON', false);
  for (const option of recipeOptions()) command.addOption(option);
  return command.action(async (folder: string, options) => {
    const fineTuning = options.init !== undefined;
    const recipe = completeRecipe(pick(options, Object.keys(DEFAULT_RECIPE)), fineTuning);
    const init = fineTuning
      ? findWeights(options.init, options.initSha256 ?? null, weightsFolder)
      : null;
    const name = options.name || basename(resolve(folder)).toLowerCase();
    const { force, resume, checkpointSeconds, learningCurve } = options;
    const { show, tick } = progressReport(process.stderr, () => performance.now());
    const ticking = setInterval(tick, 1_000);
    const summary = await fit(
      {
        folder,
        out: resolve(options.out),
        force,
        resume,
        checkpointSeconds,
        learningCurve,
        name,
        version,
        recipe,
        init,
        kernelFolder,
        frozen: null,
        run: options.run === undefined ? null : resolve(options.run),
        pictureMemory: mebibytes(options.pictureMemory),
      },
      show,
      signal,
    ).finally(() => clearInterval(ticking));
    process.stdout.write(
      options.json ? `${JSON.stringify(summary)}\n` : inWords(summary, options.out),
    );
  });
}

function inWords(summary: FitSummary, out: string): string {
  const percent = (ratio: number) => `${(100 * ratio).toFixed(1)} %`;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${out}: ${percent(summary.int8TestAccuracy)} right on pictures kept aside (FP32 ${percent(summary.testAccuracy)})`,
    `INT8 ${megabytes(summary.int8Bytes)}, FP32 ${megabytes(summary.fp32Bytes)}; ${summary.seconds.toFixed(0)} s, ${summary.imagesPerSecond.toFixed(0)} images/s, ${percent(summary.waitingShare)} of it waiting for pictures`,
    `package ${summary.package}`,
    '',
  ].join('\n');
}

function pick(options: Record<string, unknown>, keys: readonly string[]): Partial<Recipe> {
  return Object.fromEntries(keys.filter((key) => key in options).map((key) => [key, options[key]]));
}
