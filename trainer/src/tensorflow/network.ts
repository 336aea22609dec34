import {
  BATCH_NORM_EPSILON,
  type ConvolutionSpec,
  resnet18,
  stageOf,
  type TrainingOptions,
} from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

/**
 * A batch's statistics of the channels of one batch normalization, the variance biased, over so
 * many values each.
 */
export interface BatchStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly values: number;
}

export interface NetworkInputs {
  readonly options: Pick<TrainingOptions, 'frozenStages' | 'frozenStatistics'>;
  /** By torchvision's name. */
  readonly parameter: (name: string) => Tensor;
  /** Told of each batch normalization that normalizes by the batch. */
  readonly normalized: (normName: string, statistics: BatchStatistics) => void;
}

/**
 * Logits of ResNet18 in training mode over `pixels: float32[batch, size, size, 3]` from 0 to 255.
 */
export function resnet18Logits(tf: TensorFlow, pixels: Tensor4D, inputs: NetworkInputs): Tensor2D {
  const operators = {
    convolutionNorm: (x: Tensor4D, spec: ConvolutionSpec) =>
      batchNorm(tf, convolution(tf, x, spec, inputs), spec, inputs),
    relu: (x: Tensor4D) => tf.relu(x),
    add: (a: Tensor4D, b: Tensor4D) => tf.add<Tensor4D>(a, b),
    // After a ReLU zeros are as good a padding as minus infinity.
    maxPool: (x: Tensor4D) => tf.maxPool(padded(tf, x, 1), 3, 2, 'valid'),
    globalAveragePool: (x: Tensor4D) => tf.mean<Tensor2D>(x, [1, 2]),
    linear: (x: Tensor2D, name: string) => linear(tf, x, name, inputs.parameter),
  };
  const colours = tf.sub(tf.div(pixels, 255), tf.tensor1d([...IMAGENET_MEAN]));
  const normalized = tf.div<Tensor4D>(colours, tf.tensor1d([...IMAGENET_STD]));
  return resnet18<Tensor4D, Tensor2D>(operators, normalized).logits;
}

export function linear(
  tf: TensorFlow,
  x: Tensor2D,
  name: string,
  parameter: NetworkInputs['parameter'],
): Tensor2D {
  const weights = parameter(`${name}.weight`) as Tensor2D;
  const product = tf.matMul<Tensor2D>(x, weights, false, true);
  return tf.add(product, parameter(`${name}.bias`) as Tensor1D);
}

function convolution(
  tf: TensorFlow,
  x: Tensor4D,
  { name, stride, padding }: ConvolutionSpec,
  { parameter }: NetworkInputs,
): Tensor4D {
  const filter = parameter(`${name}.weight`) as Tensor4D;
  return tf.conv2d(padded(tf, x, padding), filter, stride, 'valid');
}

/**
 * As torch pads, on all sides alike: 'same' would not, and the native backends have no gradient of
 * other paddings.
 */
function padded(tf: TensorFlow, x: Tensor4D, width: number): Tensor4D {
  if (width === 0) return x;
  const both: [number, number] = [width, width];
  return tf.pad(x, [[0, 0], both, both, [0, 0]]);
}

function batchNorm(tf: TensorFlow, x: Tensor4D, spec: ConvolutionSpec, inputs: NetworkInputs) {
  const { options, parameter, normalized } = inputs;
  const part = (name: string) => parameter(`${spec.normName}.${name}`) as Tensor1D;
  const still = options.frozenStatistics || stageOf(spec) < options.frozenStages;
  const mean = still ? part('running_mean') : tf.mean<Tensor1D>(x, [0, 1, 2]);
  const centred = tf.sub<Tensor4D>(x, mean);
  const variance = still ? part('running_var') : tf.mean<Tensor1D>(tf.square(centred), [0, 1, 2]);
  if (!still) normalized(spec.normName, { mean, variance, values: x.size / spec.outChannels });
  const scale = tf.mul(part('weight'), tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
  return tf.add<Tensor4D>(tf.mul(centred, scale), part('bias'));
}
