import type { ConvolutionSpec } from '../architecture/resnet18.ts';
import type { FloatTensor } from '../architecture/weights.ts';

/** Output channels that are moved together: in a row they are one line of the cache. */
const LINE = 16;

/**
 * The training graph's layout of a convolution's weights: `float32[kernel² · in, out]`, rows by
 * tap, then channel. The first layer sees blocks of 2×2 pixels (see normalize-pixels.ts): its 7×7
 * kernel is a 4×4 one over blocks, `float32[16 · 12, out]`, with zeros where the blocks reach
 * further than the kernel.
 */
export function toTrainingLayout(spec: ConvolutionSpec, weights: FloatTensor): FloatTensor {
  const { outChannels } = spec;
  const rows = rowsOfWeights(spec);
  const data = new Float32Array(trainingRows(spec) * outChannels);
  for (let from = 0; from < outChannels; from += LINE) {
    const to = Math.min(from + LINE, outChannels);
    for (let weight = 0; weight < rows.length; weight++) {
      const row = (rows[weight] as number) * outChannels;
      for (let out = from; out < to; out++) {
        data[row + out] = weights.data[out * rows.length + weight] as number;
      }
    }
  }
  return { dims: [trainingRows(spec), outChannels], data };
}

/** The reverse of `toTrainingLayout`. */
export function toTorchLayout(spec: ConvolutionSpec, data: Float32Array): FloatTensor {
  const { outChannels, inChannels, kernel } = spec;
  const rows = rowsOfWeights(spec);
  const weights = new Float32Array(outChannels * rows.length);
  for (let from = 0; from < outChannels; from += LINE) {
    const to = Math.min(from + LINE, outChannels);
    for (let weight = 0; weight < rows.length; weight++) {
      const row = (rows[weight] as number) * outChannels;
      for (let out = from; out < to; out++) {
        weights[out * rows.length + weight] = data[row + out] as number;
      }
    }
  }
  return { dims: [outChannels, inChannels, kernel, kernel], data: weights };
}

/**
 * 1 where a row of the first layer's weights belongs to the 7×7 kernel, 0 where it must stay zero:
 * `float32[192, 1]`.
 */
export function stemMask(spec: ConvolutionSpec): Float32Array {
  const mask = new Float32Array(trainingRows(spec));
  for (const row of rowsOfWeights(spec)) mask[row] = 1;
  return mask;
}

export function isStem(spec: ConvolutionSpec): boolean {
  return spec.kernel === 7;
}

function trainingRows(spec: ConvolutionSpec): number {
  return isStem(spec) ? 16 * 12 : spec.kernel ** 2 * spec.inChannels;
}

/** The row of each weight of an output channel, in torchvision's order. */
function rowsOfWeights(spec: ConvolutionSpec): Int32Array {
  const { inChannels, kernel } = spec;
  const rowOf = isStem(spec) ? stemRow : plainRow;
  const rows = new Int32Array(inChannels * kernel ** 2);
  let weight = 0;
  for (let channel = 0; channel < inChannels; channel++) {
    for (let ky = 0; ky < kernel; ky++) {
      for (let kx = 0; kx < kernel; kx++) rows[weight++] = rowOf(spec, channel, ky, kx);
    }
  }
  return rows;
}

function plainRow(spec: ConvolutionSpec, channel: number, ky: number, kx: number): number {
  return (ky * spec.kernel + kx) * spec.inChannels + channel;
}

/**
 * The kernel begins at the second row and column of the first block: padding 3 is two blocks less
 * one pixel.
 */
function stemRow(_spec: ConvolutionSpec, channel: number, ky: number, kx: number): number {
  const y = ky + 1;
  const x = kx + 1;
  const block = (y >> 1) * 4 + (x >> 1);
  return block * 12 + (y & 1) * 6 + (x & 1) * 3 + channel;
}
