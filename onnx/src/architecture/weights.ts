import { seededRandom } from '@edgeloop/protocol';
import { type ConvolutionSpec, EMBEDDING, resnet18 } from './resnet18.ts';

/** A named float tensor. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** By torchvision's names and in its layouts: `layer1.0.conv1.weight` is `[out, in, kernel, kernel]`, `fc.weight` `[classes, 512]`. */
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

/**
 * Weights as torchvision begins with: convolutions He-normal by fan-out, batch normalization 1 and 0, the last
 * layer uniform in ±1/√512.
 */
export function initialResNet18(options: {
  readonly classes: number;
  readonly seed: number;
}): Weights {
  const random = gaussianSource(options.seed);
  const weights = new Map<string, FloatTensor>();
  for (const spec of resnet18Convolutions()) {
    const { name, normName, inChannels, outChannels, kernel } = spec;
    const deviation = Math.sqrt(2 / (outChannels * kernel * kernel));
    const dims = [outChannels, inChannels, kernel, kernel];
    weights.set(
      `${name}.weight`,
      tensor(dims, () => random.gaussian() * deviation),
    );
    for (const [part, value] of NORM_PARTS) {
      weights.set(
        `${normName}.${part}`,
        tensor([outChannels], () => value),
      );
    }
  }
  const bound = 1 / Math.sqrt(EMBEDDING);
  const uniform = () => (random.uniform() * 2 - 1) * bound;
  weights.set('fc.weight', tensor([options.classes, EMBEDDING], uniform));
  weights.set('fc.bias', tensor([options.classes], uniform));
  return weights;
}

const NORM_PARTS = [
  ['weight', 1],
  ['bias', 0],
  ['running_mean', 0],
  ['running_var', 1],
] as const;

function tensor(dims: readonly number[], value: () => number): FloatTensor {
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = value();
  return { dims, data };
}

/** Normal by Box–Muller over seeded uniform numbers. */
function gaussianSource(seed: number) {
  const { next: uniform } = seededRandom(seed);
  const gaussian = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, gaussian };
}
