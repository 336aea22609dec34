import type { Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

type Rgb = readonly [number, number, number];

/** What pixels in 0…1 are normalized with. */
export interface Normalization {
  readonly mean: Rgb;
  readonly std: Rgb;
}

/**
 * Pixels as decoded, `uint8[batch, side, side, 3]`, to normalized blocks of 2×2 pixels, in parts of
 * some pictures: `float32[pictures · (side/2)², 12]`, channels ordered (row, column, colour) within
 * the block. A 7×7 convolution of stride 2 over pixels is a 4×4 one of stride 1 over such blocks,
 * with a quarter of the rows to gather.
 */
export function normalizedBlocks(
  { graph, provider }: Pick<TrainingGraph, 'graph' | 'provider'>,
  pixels: Value,
  pictures: number,
  { mean, std }: Normalization,
): Feature {
  const [batch, side] = pixels.shape as [number, number];
  const half = side / 2;
  const toBlocks = (x: Value) => {
    const split = graph.reshape(x, [pictures, half, 2, half, 6]);
    return graph.reshape(graph.transpose(split, [0, 1, 3, 2, 4]), [pictures * half * half, 12]);
  };
  const toFloats = (x: Value) => graph.op('Cast', [x], x.shape, { to: DataType.FLOAT });
  const repeat = (values: readonly number[]) => [...values, ...values, ...values, ...values];
  const scale = graph.floats(repeat(std.map((deviation) => 1 / (255 * deviation))), [1, 12]);
  const shift = graph.floats(repeat(mean.map((value, i) => -value / (std[i] as number))), [1, 12]);
  const parts = graph.split(pixels, batch / pictures).map((part) => {
    // Transposing bytes moves a quarter of what transposing floats would; the WebGPU provider
    // transposes no bytes.
    const floats = provider === 'webgpu' ? toBlocks(toFloats(part)) : toFloats(toBlocks(part));
    return graph.add(graph.mul(floats, scale), shift);
  });
  return { parts, pictures, side: half, channels: 12 };
}
