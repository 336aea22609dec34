import type { Optimizer, TrainingOptions } from '@edgeloop/onnx';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';
import { averageOf, optimizerStateOf, type Variables } from './variables.ts';

interface Rates {
  readonly learningRate: number;
  /** Of this step over the whole training, from 1. */
  readonly step: number;
}

/**
 * Completes a step: parameters follow their gradients, averages over steps follow the parameters.
 */
export function update(
  tf: TensorFlow,
  options: TrainingOptions,
  variables: Variables,
  gradients: NamedTensorMap,
  rates: Rates,
): void {
  const { optimizer, weightDecay, averaging } = options;
  for (const { name, kind } of variables.parameters) {
    const gradient = gradients[name];
    if (gradient) {
      const decay = kind === 'weight' ? weightDecay : 0;
      const stateOf = (of: string) => variables.get(optimizerStateOf(of, name));
      const weight = variables.get(name);
      if (optimizer.kind === 'sgd') sgd(tf, optimizer, weight, stateOf, gradient, decay, rates);
      else adamW(tf, optimizer, weight, stateOf, gradient, decay, rates);
    }
    if (averaging !== null && kind !== 'frozen') {
      const average = variables.get(averageOf(name));
      // The decay grows with the steps, so that an average of few does not remember the beginning:
      // as in timm.
      const kept = Math.min(averaging, (1 + rates.step) / (10 + rates.step));
      const way = tf.mul(tf.sub(variables.get(name), average), 1 - kept);
      average.assign(tf.add(average, way));
    }
  }
}

/** As torch.optim.SGD: dampening 0, not Nesterov. */
function sgd(
  tf: TensorFlow,
  { momentum }: Extract<Optimizer, { kind: 'sgd' }>,
  weight: Variable,
  stateOf: (of: string) => Variable,
  gradient: Tensor,
  decay: number,
  { learningRate }: Rates,
): void {
  const velocity = stateOf('velocity');
  const pull = tf.add(gradient, tf.mul(weight, decay));
  velocity.assign(tf.add(tf.mul(velocity, momentum), pull));
  weight.assign(tf.sub(weight, tf.mul(velocity, learningRate)));
}

/** As torch.optim.AdamW: Loshchilov & Hutter 2019. */
function adamW(
  tf: TensorFlow,
  { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adamw' }>,
  weight: Variable,
  stateOf: (of: string) => Variable,
  gradient: Tensor,
  decay: number,
  { learningRate, step }: Rates,
): void {
  const [mean, square] = [stateOf('mean'), stateOf('square')];
  mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
  square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const root = tf.sqrt(tf.div(square, 1 - beta2 ** step));
  const direction = tf.div(tf.div(mean, 1 - beta1 ** step), tf.add(root, epsilon));
  const decayed = tf.mul(weight, 1 - learningRate * decay);
  weight.assign(tf.sub(decayed, tf.mul(direction, learningRate)));
}
