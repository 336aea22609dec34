import type { Optimizer, TrainingOptions } from '@edgeloop/onnx';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';
import { averageOf, optimizerStateOf, type Variables } from './variables.ts';

interface Rates {
  readonly learningRate: number;
  /** Of this step over the whole training, from 1. */
  readonly step: number;
}

/** What one update of one weight follows from. */
interface UpdateInputs extends Rates {
  readonly weight: Variable;
  /** What the optimizer remembers of it, by name. */
  readonly stateOf: (state: string) => Variable;
  readonly gradient: Tensor;
  readonly weightDecay: number;
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
      const inputs: UpdateInputs = {
        weight: variables.get(name),
        stateOf: (state) => variables.get(optimizerStateOf(state, name)),
        gradient,
        weightDecay: kind === 'weight' ? weightDecay : 0,
        ...rates,
      };
      if (optimizer.kind === 'sgd') sgd(tf, optimizer, inputs);
      else adamW(tf, optimizer, inputs);
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
  { weight, stateOf, gradient, weightDecay, learningRate }: UpdateInputs,
): void {
  const velocity = stateOf('velocity');
  const pull = tf.add(gradient, tf.mul(weight, weightDecay));
  velocity.assign(tf.add(tf.mul(velocity, momentum), pull));
  weight.assign(tf.sub(weight, tf.mul(velocity, learningRate)));
}

/** As torch.optim.AdamW: Loshchilov & Hutter 2019. */
function adamW(
  tf: TensorFlow,
  { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adamw' }>,
  { weight, stateOf, gradient, weightDecay, learningRate, step }: UpdateInputs,
): void {
  const [mean, square] = [stateOf('mean'), stateOf('square')];
  mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
  square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const root = tf.sqrt(tf.div(square, 1 - beta2 ** step));
  const direction = tf.div(tf.div(mean, 1 - beta1 ** step), tf.add(root, epsilon));
  const decayed = tf.mul(weight, 1 - learningRate * weightDecay);
  weight.assign(tf.sub(decayed, tf.mul(direction, learningRate)));
}
