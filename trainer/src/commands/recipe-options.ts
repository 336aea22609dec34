import { PRECISIONS, PROVIDER_CHOICES } from '@edgeloop/onnx';
import { Option } from 'commander';
import { ENGINES } from '../fit/create-engine.ts';
import { DEFAULT_RECIPE } from '../fit/recipe.ts';
import { classWeightValues, number, range } from './option-values.ts';

/**
 * How `fit` trains, as flags. Those whose default depends on others say it in words and have none
 * here.
 */
export function recipeOptions(): Option[] {
  const d = DEFAULT_RECIPE;
  const one = (flags: string, text: string) => new Option(flags, text).argParser(number);
  return [
    one('--size <pixels>', 'side of what the model sees, a multiple of 32').default(d.size),
    one('--epochs <n>', 'times through the pictures').default(d.epochs),
    one('--probe-epochs <n>', 'first the last layer alone (50 with --init)'),
    one('--batch <n>', 'pictures a step').default(d.batch),
    one('--accumulation <n>', 'parts that a step goes in, for less memory').default(d.accumulation),
    new Option('--engine <name>', 'what trains (tfjs: slow, a witness)')
      .choices(ENGINES)
      .default(d.engine),
    new Option('--provider <name>', 'where it trains: auto takes a GPU where there is one')
      .choices(PROVIDER_CHOICES)
      .default(d.provider),
    new Option('--precision <name>', 'of matrix products; mixed is float16, on a GPU')
      .choices(PRECISIONS)
      .default(d.precision),
    new Option('--optimizer <name>', 'how gradients become updates')
      .choices(['sgd', 'adamw'])
      .default(d.optimizer),
    one(
      '--learning-rate <rate>',
      'highest rate of the one-cycle schedule (sgd 0.05, with --init 0.005; adamw 0.001 and 0.0001)',
    ),
    one('--warm-up <share>', 'of the steps in which the rate rises').default(d.warmUp),
    one('--momentum <share>', 'of sgd').default(d.momentum),
    one('--weight-decay <share>', 'not on batch normalization and biases (sgd 0.0005, adamw 0.05)'),
    one('--label-smoothing <share>', 'of the target given to the other classes').default(
      d.labelSmoothing,
    ),
    new Option(
      '--class-weights <weights>',
      'balanced, none, or one number for each class by name, as 1,2.5,1',
    )
      .argParser(classWeightValues)
      .default(d.classWeights),
    one('--averaging <decay>', 'of a moving average of the weights, as 0.99').default(d.averaging),
    one('--frozen-stages <n>', 'stages that stay as they are, from the stem on: 0 to 5').default(
      d.frozenStages,
    ),
    new Option('--frozen-statistics', 'keep the statistics of batch normalization (with --init)'),
    new Option('--no-frozen-statistics', 'take those of each batch (without --init)').default(
      undefined,
    ),
    one('--quantization-aware <epochs>', 'last epochs that round as INT8 will').default(
      d.quantizationAware,
    ),
    one(
      '--patience <epochs>',
      'stop when so many bring no lower validation loss, and take the best weights; 0 for the last',
    ).default(d.patience),
    new Option('--crop-scale <least,most>', 'share of the picture that random crops keep')
      .argParser(range)
      .default(d.cropScale),
    one(
      '--colour-jitter <strength>',
      'brightness, contrast, saturation, a little hue: 0 to 1',
    ).default(d.colourJitter),
    one('--seed <n>', 'of the split, the weights and the augmentation').default(d.seed),
    one('--threads <n>', 'processor cores to use').default(d.threads),
  ];
}
