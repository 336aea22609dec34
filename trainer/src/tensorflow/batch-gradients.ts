import type { TrainingOptions } from '@edgeloop/onnx';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { countCorrect, crossEntropy } from './loss.ts';
import { type BatchStatistics, linear, resnet18Logits } from './network.ts';
import type { TensorFlow } from './tensorflow.ts';
import type { Variables } from './variables.ts';

export interface BatchResult {
  readonly loss: number;
  readonly correct: number;
  /** By the name of their parameter. */
  readonly gradients: NamedTensorMap;
}

/**
 * One batch: forward, loss, and TensorFlow.js's own differentiation. Running averages in
 * `variables` take their share.
 * @param examples `uint8[batch, size, size, 3]`; for a head `float32[batch, 512]`.
 * @param labels `int32[batch]`
 */
export function batchGradients(
  tf: TensorFlow,
  options: TrainingOptions,
  variables: Variables,
  examples: Uint8Array | Float32Array,
  labels: Int32Array,
): BatchResult {
  const { network, batch, size } = options;
  const truth = tf.tensor1d(labels, 'int32');
  const parameter = (name: string) => variables.get(name);
  const logitsOf = () => {
    if (network === 'head') {
      return linear(tf, tf.tensor2d(examples, [batch, examples.length / batch]), 'fc', parameter);
    }
    const normalized = (name: string, statistics: BatchStatistics) =>
      followStatistics(tf, variables, name, statistics);
    const pixels = tf.tensor4d(examples, [batch, size, size, 3], 'float32');
    return resnet18Logits(tf, pixels, { options, parameter, normalized });
  };
  let correct = 0;
  const lossOf = (): Scalar => {
    const logits: Tensor2D = logitsOf();
    correct = scalarOf(countCorrect(tf, logits, truth));
    return crossEntropy(tf, logits, truth, options);
  };
  const { value, grads } = tf.variableGrads(lossOf, variables.learned);
  return { loss: scalarOf(value), correct, gradients: grads };
}

/** As torch.nn.BatchNorm2d: a tenth of the batch's statistics each time, the variance unbiased. */
const RUNNING_SHARE = 0.1;

function followStatistics(
  tf: TensorFlow,
  variables: Variables,
  normName: string,
  { mean, variance, values }: BatchStatistics,
): void {
  const follow = (part: string, fresh: Tensor1D, correction: number) => {
    const average = variables.get(`${normName}.${part}`);
    const kept = tf.mul(average, 1 - RUNNING_SHARE);
    average.assign(tf.add(kept, tf.mul(fresh, RUNNING_SHARE * correction)));
  };
  follow('running_mean', mean, 1);
  follow('running_var', variance, values / (values - 1));
}

function scalarOf(value: Tensor): number {
  return value.dataSync()[0] as number;
}
