import {
  initialResNet18,
  type KernelPlan,
  PLAIN_TRAINING,
  type TrainingOptions,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import { formsOf } from '../../onnx/src/operators/convolution-form.ts';
import { layOutConvolutions } from '../../onnx/src/training/convolution-layout.ts';
import type { SpeedCase } from './cases.ts';

const CLASSES = 10;

export function trainingOptions(of: SpeedCase): TrainingOptions {
  const { size, batch, threads, provider, precision, forms } = of;
  return {
    ...{ ...PLAIN_TRAINING, size, batch, threads, provider, precision, classes: CLASSES },
    kernels: forms === 'usual' ? null : convolvePlan(of),
    init: initialResNet18({ classes: CLASSES, seed: 1 }),
  };
}

function convolvePlan(of: SpeedCase): KernelPlan {
  const prefer = <T extends string>(forms: readonly T[], form: T): T =>
    forms.includes(form) ? form : (forms[0] as T);
  return Object.fromEntries(
    layOutConvolutions(of).map((convolution) => {
      const { forward, inputGradient } = formsOf(convolution);
      const form = {
        forward: prefer(forward, 'convolve'),
        inputGradient: prefer(inputGradient, 'convolve'),
      };
      return [convolution.name, form];
    }),
  );
}

export function randomBatches({ size, batch, steps }: SpeedCase) {
  const random = seededRandom(size);
  // A sheet of noise that is laid over again: 19 million numbers one by one would take longer than the training.
  const noise = Uint8Array.from({ length: 65_521 }, () => random.between(0, 256));
  const examples = new Uint8Array(steps * batch * size * size * 3);
  for (let at = 0; at < examples.length; at += noise.length) {
    examples.set(noise.subarray(0, examples.length - at), at);
  }
  return {
    examples,
    labels: Int32Array.from({ length: steps * batch }, (_, i) => i % CLASSES),
    learningRates: new Float32Array(steps).fill(0.01),
  };
}
