import { basename, resolve } from 'node:path';
import { PRECISIONS, PROVIDER_CHOICES } from '@edgeloop/onnx';
import { Command, Option } from 'commander';
import { type FitSummary, fit } from '../fit/fit.ts';
import { progressReport } from '../fit/progress.ts';
import { DEFAULT_RECIPE, FINE_TUNING, type Recipe } from '../fit/recipe.ts';
import { number, range } from './option-values.ts';

/** `edgeloop-trainer fit`. */
export function fitCommand(version: string, signal: AbortSignal): Command {
  const d = DEFAULT_RECIPE;
  return new Command('fit')
    .description('train a ResNet18 on a folder of class folders and write a model package')
    .argument('<folder>', 'class folders with JPEG, PNG or WebP pictures')
    .requiredOption('--out <package>', 'folder to write the package to')
    .option('--force', 'replace what is at --out', false)
    .option('--name <name>', 'name of the model', '')
    .option(
      '--size <pixels>',
      'side of the picture that the model sees, a multiple of 32',
      number,
      d.size,
    )
    .option('--init <file>', 'weights to start from: .safetensors by torchvision or timm names')
    .option('--init-sha256 <digest>', 'refuse weights that have another SHA-256')
    .option('--probe-epochs <n>', 'first the last layer alone (50 with --init)', number)
    .option('--epochs <n>', 'times through the pictures', number, d.epochs)
    .option('--batch <n>', 'pictures a step', number, d.batch)
    .option('--accumulation <n>', 'parts that a step goes in, for less memory', number)
    .addOption(
      new Option('--optimizer <name>', 'how gradients become updates').choices(['sgd', 'adamw']),
    )
    .option('--weight-decay <share>', 'not on batch normalization and biases', number)
    .option('--averaging <decay>', 'of a moving average of the weights, as 0.99', number)
    .option('--frozen-stages <n>', 'stages that stay as they are, from the stem on: 0 to 5', number)
    .option('--frozen-statistics', 'keep the statistics of batch normalization (with --init)')
    .option('--no-frozen-statistics', 'take those of each batch (without --init)')
    .option(
      '--learning-rate <rate>',
      'highest rate of the one-cycle schedule (0.05; 0.005 with --init)',
      number,
    )
    .option(
      '--label-smoothing <share>',
      'share of the target given to the other classes',
      number,
      d.labelSmoothing,
    )
    .option(
      '--crop-scale <least,most>',
      'share of the picture that random crops keep',
      range,
      d.cropScale,
    )
    .option('--seed <n>', 'of the split, the weights and the augmentation', number, d.seed)
    .addOption(
      new Option('--provider <name>', 'what trains: auto takes a GPU where there is one')
        .choices(PROVIDER_CHOICES)
        .default(d.provider),
    )
    .addOption(
      new Option('--precision <name>', 'of matrix products; mixed is float16, on a GPU')
        .choices(PRECISIONS)
        .default(d.precision),
    )
    .option('--threads <n>', 'processor cores to use', number, d.threads)
    .option('--json', 'print the figures as one line of JSON', false)
    .action(async (folder: string, options) => {
      const recipe: Recipe = {
        ...d,
        ...(options.init !== undefined && FINE_TUNING),
        ...pick(options, Object.keys(d)),
      };
      const init =
        options.init === undefined
          ? null
          : { path: resolve(options.init), sha256: options.initSha256 ?? null };
      const name = options.name || basename(resolve(folder)).toLowerCase();
      const summary = await fit(
        { folder, out: resolve(options.out), force: options.force, name, version, recipe, init },
        progressReport(process.stderr),
        signal,
      );
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
    `INT8 ${megabytes(summary.int8Bytes)}, FP32 ${megabytes(summary.fp32Bytes)}; ${summary.seconds.toFixed(0)} s, ${summary.imagesPerSecond.toFixed(0)} images/s`,
    `package ${summary.package}`,
    '',
  ].join('\n');
}

function pick(options: Record<string, unknown>, keys: readonly string[]): Partial<Recipe> {
  return Object.fromEntries(keys.filter((key) => key in options).map((key) => [key, options[key]]));
}
