/** A convolution and the batch normalization behind it, by torchvision's names. */
export interface ConvolutionSpec {
  /** Of the convolution: `layer1.0.conv1` has `layer1.0.conv1.weight`. */
  readonly name: string;
  /** Of its batch normalization: `.weight`, `.bias`, `.running_mean`, `.running_var`. */
  readonly normName: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** The stage of a convolution: 0 for the stem, 1 to 4 for the layers. */
export function stageOf({ name }: ConvolutionSpec): number {
  return Number(/^layer(\d)/.exec(name)?.[1] ?? 0);
}

/** What a network is built from. The training graph and the inference graph each have their own. */
export interface NetworkOperators<Feature, Vector> {
  convolutionNorm(x: Feature, spec: ConvolutionSpec): Feature;
  relu(x: Feature): Feature;
  add(a: Feature, b: Feature): Feature;
  /** 3×3, stride 2, padding 1. */
  maxPool(x: Feature): Feature;
  globalAveragePool(x: Feature): Vector;
  linear(x: Vector, name: string): Vector;
}

/** Channels of the embedding. */
export const EMBEDDING = 512;

/** The input's side is a multiple of this. */
export const SIDE_MULTIPLE = 32;

const STAGES = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 256, stride: 2 },
  { channels: 512, stride: 2 },
] as const;

/**
 * ResNet18 as torchvision builds it: He et al. 2015, table 1, with the stride in the first 3×3
 * convolution of a stage.
 * @param x The picture, in whatever form `operators` take it.
 */
export function resnet18<Feature, Vector>(
  operators: NetworkOperators<Feature, Vector>,
  x: Feature,
): { embedding: Vector; logits: Vector } {
  const stem = operators.convolutionNorm(x, {
    name: 'conv1',
    normName: 'bn1',
    inChannels: 3,
    outChannels: 64,
    kernel: 7,
    stride: 2,
    padding: 3,
  });
  let feature = operators.maxPool(operators.relu(stem));
  let channels = 64;
  STAGES.forEach((stage, index) => {
    for (let block = 0; block < 2; block++) {
      const stride = block === 0 ? stage.stride : 1;
      const name = `layer${index + 1}.${block}`;
      feature = basicBlock(operators, feature, name, channels, stage.channels, stride);
      channels = stage.channels;
    }
  });
  const embedding = operators.globalAveragePool(feature);
  return { embedding, logits: operators.linear(embedding, 'fc') };
}

function basicBlock<Feature, Vector>(
  operators: NetworkOperators<Feature, Vector>,
  x: Feature,
  name: string,
  inChannels: number,
  outChannels: number,
  stride: number,
): Feature {
  const square = { kernel: 3, padding: 1, outChannels };
  const first = operators.convolutionNorm(x, {
    name: `${name}.conv1`,
    normName: `${name}.bn1`,
    inChannels,
    stride,
    ...square,
  });
  const second = operators.convolutionNorm(operators.relu(first), {
    name: `${name}.conv2`,
    normName: `${name}.bn2`,
    inChannels: outChannels,
    stride: 1,
    ...square,
  });
  const shortcut =
    stride === 1 && inChannels === outChannels
      ? x
      : operators.convolutionNorm(x, {
          name: `${name}.downsample.0`,
          normName: `${name}.downsample.1`,
          inChannels,
          outChannels,
          kernel: 1,
          stride,
          padding: 0,
        });
  return operators.relu(operators.add(second, shortcut));
}
