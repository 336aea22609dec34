import { type ConvolutionSpec, EMBEDDING, resnet18, stageOf } from '../architecture/resnet18.ts';
import { requireTensor, resnet18Convolutions, type Weights } from '../architecture/weights.ts';
import type { Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { add } from '../operators/add.ts';
import { type BatchStatistics, batchNorm, frozenBatchNorm } from '../operators/batch-norm.ts';
import { convolution } from '../operators/convolution.ts';
import { convolveForm, usualForm } from '../operators/convolution-form.ts';
import {
  fakeQuantizeActivation,
  fakeQuantizeFeature,
  fakeQuantizeWeights,
} from '../operators/fake-quantize.ts';
import { globalAveragePool } from '../operators/global-average-pool.ts';
import { linear } from '../operators/linear.ts';
import { maxPool } from '../operators/max-pool.ts';
import { normalizedBlocks } from '../operators/normalize-pixels.ts';
import { regroup } from '../operators/regroup.ts';
import { relu } from '../operators/relu.ts';
import { slidingWindow } from '../operators/window-table.ts';
import { DataType } from '../protobuf/model.ts';
import {
  type LaidOutConvolution,
  layOutConvolutions,
  picturesOfPart,
} from './convolution-layout.ts';
import type { TrainingOptions } from './engine.ts';
import { layoutOf } from './layouts.ts';
import type { Parameter, TrainingNetwork } from './network.ts';
import { isStem, stemMask, toTorchLayout, toTrainingLayout } from './weight-layout.ts';

type NetworkOptions = Pick<
  TrainingOptions,
  | 'size'
  | 'batch'
  | 'init'
  | 'normalization'
  | 'frozenStages'
  | 'frozenStatistics'
  | 'quantizationAware'
  | 'kernels'
  | 'provider'
  | 'precision'
>;

/**
 * ResNet18 over `pixels: uint8[batch, size, size, 3]`, differentiable in every parameter that is
 * not frozen.
 */
export function resnet18Network(options: NetworkOptions): TrainingNetwork {
  const { size, batch } = options;
  return {
    parameters: trainingParameters(options),
    examples: { dataType: DataType.UINT8, dims: [batch, size, size, 3] },
    forward: (training, pixels, parameter) => forward(options, training, pixels, parameter),
  };
}

const NORM_PARTS = [
  ['weight', 'bias or norm'],
  ['bias', 'bias or norm'],
  ['running_mean', 'running average'],
  ['running_var', 'running average'],
] as const;

function trainingParameters(options: NetworkOptions): Parameter[] {
  const parameters: Parameter[] = [];
  const take = (name: string) => requireTensor(options.init, name);
  for (const spec of resnet18Convolutions()) {
    const frozen = stageOf(spec) < options.frozenStages;
    const { dims, data } = toTrainingLayout(spec, take(`${spec.name}.weight`));
    parameters.push({
      name: `${spec.name}.weight`,
      dims,
      initial: data,
      kind: frozen ? 'frozen' : 'weight',
      ...(isStem(spec) && { mask: stemMask(spec) }),
    });
    for (const [part, kind] of NORM_PARTS) {
      const name = `${spec.normName}.${part}`;
      const still = frozen || (kind === 'running average' && options.frozenStatistics);
      parameters.push({
        name,
        dims: [1, spec.outChannels],
        initial: take(name).data,
        kind: still ? 'frozen' : kind,
      });
    }
  }
  const fc = take('fc.weight');
  const bias = take('fc.bias');
  parameters.push({ name: 'fc.weight', dims: fc.dims, initial: fc.data, kind: 'weight' });
  parameters.push({ name: 'fc.bias', dims: bias.dims, initial: bias.data, kind: 'bias or norm' });
  return parameters;
}

/** From the training graph's layout back to torchvision's. */
export function exportParameters(values: ReadonlyMap<string, Float32Array>): Weights {
  const specs = new Map(resnet18Convolutions().map((spec) => [`${spec.name}.weight`, spec]));
  return new Map(
    [...values].map(([name, data]) => {
      const spec = specs.get(name);
      if (spec) return [name, toTorchLayout(spec, data)] as const;
      const dims = name === 'fc.weight' ? [data.length / EMBEDDING, EMBEDDING] : [data.length];
      return [name, { dims, data: data.slice() }] as const;
    }),
  );
}

function forward(
  options: NetworkOptions,
  training: TrainingGraph,
  pixels: Value,
  parameter: (name: string) => Value,
): { logits: Value; statistics: Map<string, BatchStatistics> } {
  const rounded = quantizationPoints(training, options.quantizationAware);
  const statistics = new Map<string, BatchStatistics>();
  const norm = (x: Feature, spec: ConvolutionSpec): Feature => {
    const part = (name: string) => parameter(`${spec.normName}.${name}`);
    const [gamma, beta] = [part('weight'), part('bias')];
    if (options.frozenStatistics || stageOf(spec) < options.frozenStages) {
      const [mean, variance] = [part('running_mean'), part('running_var')];
      return frozenBatchNorm(training, x, { gamma, beta, mean, variance });
    }
    const normalized = batchNorm(training, x, gamma, beta);
    statistics.set(spec.normName, normalized.statistics);
    return normalized.output;
  };
  const otherwise = layoutOf(options).forms === 'convolve' ? convolveForm : usualForm;
  const layout = new Map(layOutConvolutions(options).map((of) => [of.name, of]));
  // The first convolution of a stage and its shortcut read the same parts.
  const regrouped = new Map<Feature, Feature>();
  const joined = (x: Feature, pictures: number): Feature => {
    const known = regrouped.get(x);
    if (known?.pictures === pictures) return known;
    const made = regroup(training, x, pictures);
    regrouped.set(x, made);
    return made;
  };
  const convolutionNorm = (x: Feature, spec: ConvolutionSpec): Feature => {
    const weights = rounded.weights(parameter(`${spec.name}.weight`), 1);
    const laidOut = layout.get(spec.name) as LaidOutConvolution;
    const { window } = laidOut;
    const form = options.kernels?.[spec.name] ?? otherwise(laidOut);
    const product = convolution(training, joined(x, window.pictures), weights, window, form);
    const output = norm(product, spec);
    return isFollowedByRelu(spec) ? output : rounded.feature(output);
  };
  const { logits } = resnet18<Feature, Value>(
    {
      convolutionNorm,
      relu: (x) => rounded.feature(relu(training, x)),
      add: (a, b) => add(training, a, joined(b, a.pictures)),
      maxPool: (x) => maxPool(training, x, slidingWindow(x.pictures, x.side, 3, 2, 1)),
      globalAveragePool: (x) => rounded.vector(globalAveragePool(training, x)),
      linear: (x, name) => {
        const weights = rounded.weights(parameter(`${name}.weight`), 0);
        return linear(training, x, weights, parameter(`${name}.bias`));
      },
    },
    normalizedBlocks(training, pixels, picturesOfPart(options, 0), options.normalization),
  );
  return { logits, statistics };
}

/**
 * Where INT8 inference rounds: weights, what a ReLU gives, both sides of an addition, the
 * embedding.
 */
function quantizationPoints(training: TrainingGraph, on: boolean) {
  const vector = (x: Value) => (on ? fakeQuantizeActivation(training, x) : x);
  return {
    vector,
    feature: (x: Feature) => (on ? fakeQuantizeFeature(training, x) : x),
    weights: (w: Value, axis: 0 | 1) => (on ? fakeQuantizeWeights(training, w, axis) : w),
  };
}

/** The second convolution of a block and the shortcut's go into the addition first. */
function isFollowedByRelu({ name }: ConvolutionSpec): boolean {
  return name.endsWith('conv1');
}
