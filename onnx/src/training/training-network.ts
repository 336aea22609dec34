import { type ConvolutionSpec, resnet18 } from '../architecture/resnet18.ts';
import { resnet18Convolutions, type Weights } from '../architecture/weights.ts';
import type { Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { add } from '../operators/add.ts';
import { type BatchStatistics, batchNorm } from '../operators/batch-norm.ts';
import { convolution } from '../operators/convolution.ts';
import { globalAveragePool } from '../operators/global-average-pool.ts';
import { linear } from '../operators/linear.ts';
import { maxPool } from '../operators/max-pool.ts';
import { normalizedBlocks } from '../operators/normalize-pixels.ts';
import { relu } from '../operators/relu.ts';
import { slidingWindow, type Window } from '../operators/window-table.ts';
import { isStem, stemMask, toTorchLayout, toTrainingLayout } from './parameters.ts';

/** A tensor that training changes, in the layout of the training graph, under torchvision's name. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly initial: Float32Array;
  /** Running averages follow the statistics of the batches; the others follow their gradient. */
  readonly kind: 'weight' | 'bias or norm' | 'running average';
  /** Rows of the gradient that are kept, for the first layer. */
  readonly mask?: Float32Array;
}

/** All that training changes, in a fixed order, from weights by torchvision's names. */
export function trainingParameters(weights: Weights): Parameter[] {
  const parameters: Parameter[] = [];
  const take = (name: string) => {
    const tensor = weights.get(name);
    if (!tensor) throw new RangeError(`weights lack ${name}`);
    return tensor;
  };
  for (const spec of resnet18Convolutions()) {
    const { dims, data } = toTrainingLayout(spec, take(`${spec.name}.weight`));
    const mask = isStem(spec) ? { mask: stemMask(spec) } : {};
    parameters.push({ name: `${spec.name}.weight`, dims, initial: data, kind: 'weight', ...mask });
    for (const [part, kind] of NORM_PARTS) {
      const name = `${spec.normName}.${part}`;
      parameters.push({ name, dims: [1, spec.outChannels], initial: take(name).data, kind });
    }
  }
  const fc = take('fc.weight');
  const bias = take('fc.bias');
  parameters.push({ name: 'fc.weight', dims: fc.dims, initial: fc.data, kind: 'weight' });
  parameters.push({ name: 'fc.bias', dims: bias.dims, initial: bias.data, kind: 'bias or norm' });
  return parameters;
}

const NORM_PARTS = [
  ['weight', 'bias or norm'],
  ['bias', 'bias or norm'],
  ['running_mean', 'running average'],
  ['running_var', 'running average'],
] as const;

/** From the training graph's layout back to torchvision's. */
export function exportParameters(values: ReadonlyMap<string, Float32Array>): Weights {
  const specs = new Map(resnet18Convolutions().map((spec) => [`${spec.name}.weight`, spec]));
  return new Map(
    [...values].map(([name, data]) => {
      const spec = specs.get(name);
      if (spec) return [name, toTorchLayout(spec, data)] as const;
      const dims = name === 'fc.weight' ? [data.length / 512, 512] : [data.length];
      return [name, { dims, data: data.slice() }] as const;
    }),
  );
}

/**
 * The forward pass over `pixels: uint8[batch, size, size, 3]`, differentiable in every parameter.
 * @param parameter Where the graph finds a parameter, by name.
 */
export function trainingNetwork(
  training: TrainingGraph,
  pixels: Value,
  parameter: (name: string) => Value,
): { logits: Value; statistics: Map<string, BatchStatistics> } {
  const statistics = new Map<string, BatchStatistics>();
  const convolutionNorm = (x: Feature, spec: ConvolutionSpec): Feature => {
    const weights = parameter(`${spec.name}.weight`);
    const convolved = convolution(training, x, weights, windowOf(x, spec), !isStem(spec));
    const gamma = parameter(`${spec.normName}.weight`);
    const beta = parameter(`${spec.normName}.bias`);
    const normalized = batchNorm(training, convolved, gamma, beta);
    statistics.set(spec.normName, normalized.statistics);
    return normalized.output;
  };
  const { logits } = resnet18<Feature, Value>(
    {
      convolutionNorm,
      relu: (x) => relu(training, x),
      add: (a, b) => add(training, a, b),
      maxPool: (x) => maxPool(training, x, slidingWindow(x.batch, x.side, 3, 2, 1)),
      globalAveragePool: (x) => globalAveragePool(training, x),
      linear: (x, name) =>
        linear(training, x, parameter(`${name}.weight`), parameter(`${name}.bias`)),
    },
    normalizedBlocks(training.graph, pixels),
  );
  return { logits, statistics };
}

function windowOf(x: Feature, spec: ConvolutionSpec): Window {
  if (!isStem(spec)) return slidingWindow(x.batch, x.side, spec.kernel, spec.stride, spec.padding);
  // Over blocks of 2×2 pixels: 4×4, two blocks of padding before, one after.
  return { batch: x.batch, side: x.side, kernel: 4, stride: 1, padding: 2, outputSide: x.side };
}
