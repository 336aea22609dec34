import {
  initialResNet18,
  type KernelPlan,
  PLAIN_TRAINING,
  type TrainingBatches,
  type TrainingOptions,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import { convolveForm, usualForm } from '../../onnx/src/operators/convolution-form.ts';
import { layOutConvolutions } from '../../onnx/src/training/convolution-layout.ts';
import type { SpeedCase } from './cases.ts';

const CLASSES = 10;

export function trainingOptions(of: SpeedCase): TrainingOptions {
  const { size, batch, threads, provider, precision } = of;
  return {
    ...PLAIN_TRAINING,
    size,
    batch,
    threads,
    provider,
    precision,
    classes: CLASSES,
    kernels: planOf(of),
    init: initialResNet18({ classes: CLASSES, seed: 1 }),
  };
}

function planOf(of: SpeedCase): KernelPlan | null {
  if (of.forms === 'shipped') return null;
  const form = of.forms === 'convolve' ? convolveForm : usualForm;
  return Object.fromEntries(layOutConvolutions(of).map((each) => [each.name, form(each)]));
}

/** Noise for calls of up to so many steps. */
export function randomBatches(
  { size, batch }: SpeedCase,
  most: number,
): (steps: number) => TrainingBatches & { readonly examples: Uint8Array } {
  const random = seededRandom(size);
  // A sheet of noise that is laid over again: 19 million numbers one by one would take longer than
  // the training.
  const noise = Uint8Array.from({ length: 65_521 }, () => random.between(0, 256));
  const examples = new Uint8Array(most * batch * size * size * 3);
  for (let at = 0; at < examples.length; at += noise.length) {
    examples.set(noise.subarray(0, examples.length - at), at);
  }
  return (steps) => ({
    examples: examples.subarray(0, steps * batch * size * size * 3),
    labels: Int32Array.from({ length: steps * batch }, (_, i) => i % CLASSES),
    learningRates: new Float32Array(steps).fill(0.01),
  });
}
