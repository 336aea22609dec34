import { type Random, seededRandom } from '@edgeloop/protocol';
import { EMBEDDING } from './resnet18.ts';
import { type FloatTensor, resnet18Convolutions, type Weights } from './weights.ts';

/**
 * Weights as torchvision begins with: convolutions He-normal by fan-out, batch normalization 1 and 0, the last
 * layer uniform in ±1/√512.
 */
export function initialResNet18({
  classes,
  seed,
}: {
  readonly classes: number;
  readonly seed: number;
}): Weights {
  const random = seededRandom(seed);
  const weights = new Map<string, FloatTensor>();
  for (const { name, normName, inChannels, outChannels, kernel } of resnet18Convolutions()) {
    const convolution = tensor([outChannels, inChannels, kernel, kernel]);
    fillNormal(convolution.data, Math.sqrt(2 / (outChannels * kernel * kernel)), random);
    weights.set(`${name}.weight`, convolution);
    for (const [part, value] of NORM_PARTS) {
      const norm = tensor([outChannels]);
      norm.data.fill(value);
      weights.set(`${normName}.${part}`, norm);
    }
  }
  for (const [name, dims] of [
    ['fc.weight', [classes, EMBEDDING]],
    ['fc.bias', [classes]],
  ] as const) {
    const linear = tensor(dims);
    fillUniform(linear.data, 1 / Math.sqrt(EMBEDDING), random);
    weights.set(name, linear);
  }
  return weights;
}

const NORM_PARTS = [
  ['weight', 1],
  ['bias', 0],
  ['running_mean', 0],
  ['running_var', 1],
] as const;

function tensor(dims: readonly number[]): FloatTensor {
  return { dims, data: new Float32Array(dims.reduce((product, size) => product * size, 1)) };
}

/** By Box–Muller over uniform numbers. Eleven million of them: a loop that calls nothing but mathematics. */
function fillNormal(data: Float32Array, deviation: number, { next }: Random): void {
  for (let i = 0; i < data.length; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    data[i] = radius * Math.cos(2 * Math.PI * next()) * deviation;
  }
}

function fillUniform(data: Float32Array, bound: number, { next }: Random): void {
  for (let i = 0; i < data.length; i++) data[i] = (next() * 2 - 1) * bound;
}
