import { type Random, seededRandom } from '@edgeloop/protocol';
import { EMBEDDING } from './resnet18.ts';
import { type FloatTensor, resnet18Convolutions, type Weights } from './weights.ts';

/** A tensor of ResNet18 and how it begins. */
export interface InitialTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Numbers drawn for each value, 0 to 2. */
  readonly draws: number;
  readonly fill: (data: Float32Array, random: Random) => void;
}

/**
 * Every tensor in the order in which it is drawn, as torchvision begins: convolutions He-normal by
 * fan-out, batch normalization 1 and 0, the last layer uniform in ±1/√512.
 */
export function initialTensors(classes: number): InitialTensor[] {
  const bound = 1 / Math.sqrt(EMBEDDING);
  const linear = { draws: 1, fill: uniform(bound) };
  return [
    ...resnet18Convolutions().flatMap(({ name, normName, inChannels, outChannels, kernel }) => [
      {
        name: `${name}.weight`,
        dims: [outChannels, inChannels, kernel, kernel],
        draws: 2,
        fill: normal(Math.sqrt(2 / (outChannels * kernel * kernel))),
      },
      ...NORM_PARTS.map(([part, value]) => ({
        name: `${normName}.${part}`,
        dims: [outChannels],
        draws: 0,
        fill: (data: Float32Array) => void data.fill(value),
      })),
    ]),
    { name: 'fc.weight', dims: [classes, EMBEDDING], ...linear },
    { name: 'fc.bias', dims: [classes], ...linear },
  ];
}

/** @param wanted Those that are made; each is the same whatever the others are. */
export function initialResNet18(
  { classes, seed }: { readonly classes: number; readonly seed: number },
  wanted: (name: string) => boolean = () => true,
): Weights {
  const random = seededRandom(seed);
  const weights = new Map<string, FloatTensor>();
  for (const { name, dims, draws, fill } of initialTensors(classes)) {
    const length = dims.reduce((product, size) => product * size, 1);
    if (wanted(name)) {
      const data = new Float32Array(length);
      fill(data, random);
      weights.set(name, { dims, data });
    } else {
      for (let i = 0; i < draws * length; i++) random.next();
    }
  }
  return weights;
}

const NORM_PARTS = [
  ['weight', 1],
  ['bias', 0],
  ['running_mean', 0],
  ['running_var', 1],
] as const;

/** By Box–Muller. Eleven million numbers: a loop that calls nothing but mathematics. */
function normal(deviation: number): InitialTensor['fill'] {
  return (data, { next }) => {
    for (let i = 0; i < data.length; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      data[i] = radius * Math.cos(2 * Math.PI * next()) * deviation;
    }
  };
}

function uniform(bound: number): InitialTensor['fill'] {
  return (data, { next }) => {
    for (let i = 0; i < data.length; i++) data[i] = (next() * 2 - 1) * bound;
  };
}
