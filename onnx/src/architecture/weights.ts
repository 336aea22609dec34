import { type ConvolutionSpec, resnet18 } from './resnet18.ts';

/** A named float tensor. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * By torchvision's names and in its layouts: `layer1.0.conv1.weight` is `[out, in, kernel,
 * kernel]`, `fc.weight` `[classes, 512]`.
 */
export type Weights = ReadonlyMap<string, FloatTensor>;

/** @throws RangeError Weights of ResNet18 are whole when they are read. */
export function requireTensor(weights: Weights, name: string): FloatTensor {
  const found = weights.get(name);
  if (!found) throw new RangeError(`weights lack ${name}`);
  return found;
}

/** The convolutions of ResNet18 in the order of the forward pass. */
export function resnet18Convolutions(): ConvolutionSpec[] {
  const specs: ConvolutionSpec[] = [];
  resnet18(
    {
      convolutionNorm: (_x: null, spec) => {
        specs.push(spec);
        return null;
      },
      relu: () => null,
      add: () => null,
      maxPool: () => null,
      globalAveragePool: () => null,
      linear: () => null,
    },
    null,
  );
  return specs;
}
