import { basename, resolve } from 'node:path';
import { CALIBRATION_METHODS } from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { Command, Option } from 'commander';
import { DEFAULT_RECIPE } from '../fit/recipe.ts';
import { type QuantizeSummary, quantizeModel } from '../quantize/quantize-model.ts';
import { deviations, number, positiveInteger, rgb } from './option-values.ts';

/** `edgeloop-trainer quantize`. */
export function quantizeCommand(version: string, signal: AbortSignal): Command {
  return new Command('quantize')
    .description('quantize an FP32 ONNX classifier to INT8 and write a model package')
    .argument('<fp32.onnx>', 'classifier over float32[N, 3, size, size]')
    .requiredOption('--calibration <folder>', 'pictures like those that the model will see')
    .requiredOption('--out <package>', 'folder to write the package to')
    .option('--force', 'replace the package at --out', false)
    .option('--name <name>', 'name of the model', '')
    .option('--labels <file>', 'classes, one a line, in the order of the logits')
    .option('--size <pixels>', 'side of the input, where the model leaves it open', positiveInteger)
    .option('--mean <r,g,b>', 'mean that pixels 0…1 are normalized with', rgb, [...IMAGENET_MEAN])
    .option('--std <r,g,b>', 'deviation that they are divided by', deviations, [...IMAGENET_STD])
    .option('--pictures <n>', 'pictures to calibrate on, at most', positiveInteger, 200)
    .addOption(
      new Option('--method <method>', 'how ranges are chosen; auto takes what loses least')
        .choices(['auto', ...CALIBRATION_METHODS])
        .default('auto'),
    )
    .option('--budget <dB>', 'keep layers in float until the logits are as near to FP32', number)
    .option('--reduce-range', '7 bit weights, quicker on x64 processors without VNNI', false)
    .option('--threads <n>', 'processor cores to use', positiveInteger, DEFAULT_RECIPE.threads)
    .option('--json', 'print the figures as one line of JSON', false)
    .action(async (model: string, { json, ...options }) => {
      const name = options.name || basename(model, '.onnx').toLowerCase();
      const paths = { model, out: resolve(options.out), labels: options.labels ?? null };
      const open = { size: options.size ?? null, budget: options.budget ?? null };
      const summary = await quantizeModel({ ...options, ...paths, ...open, name, version }, signal);
      process.stdout.write(json ? `${JSON.stringify(summary)}\n` : inWords(summary, options.out));
    });
}

function inWords(summary: QuantizeSummary, out: string): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const decibels = (value: number) => `${value.toFixed(1)} dB`;
  const { methods, layers, floatLayers, skipped, pictures } = summary;
  const tried = methods.map(({ method, decibels: db }) => `${method} ${decibels(db)}`);
  return [
    ...skipped.map((file) => `Skipped ${file}: no whole picture`),
    `${out}: INT8 gives the class of FP32 on ${(100 * summary.agreement).toFixed(1)} % of ${counted(pictures, 'picture')}`,
    `signal to noise of the logits ${decibels(summary.decibels)}, by ${summary.method} (${tried.join(', ')})`,
    ...(layers.length > 0 ? ['each layer quantized alone:'] : []),
    ...layers.map(
      ({ layer, decibels: db }) =>
        `  ${decibels(db).padStart(9)}  ${layer}${floatLayers.includes(layer) ? '  (kept in float)' : ''}`,
    ),
    `INT8 ${megabytes(summary.int8Bytes)}, FP32 ${megabytes(summary.fp32Bytes)}`,
    `package ${summary.package}`,
    '',
  ].join('\n');
}
