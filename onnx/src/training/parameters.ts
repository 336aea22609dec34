import type { ConvolutionSpec } from '../architecture/resnet18.ts';
import type { FloatTensor } from '../architecture/weights.ts';

/**
 * The training graph's layout of a convolution's weights: `float32[kernel² · in, out]`, rows by tap, then channel.
 * The first layer sees blocks of 2×2 pixels (see normalize-pixels.ts): its 7×7 kernel is a 4×4 one over blocks,
 * `float32[16 · 12, out]`, with zeros where the blocks reach further than the kernel.
 */
export function toTrainingLayout(spec: ConvolutionSpec, weights: FloatTensor): FloatTensor {
  const rows = trainingRows(spec);
  const data = new Float32Array(rows * spec.outChannels);
  forEachWeight(spec, (torch, row, out) => {
    data[row * spec.outChannels + out] = weights.data[torch] as number;
  });
  return { dims: [rows, spec.outChannels], data };
}

/** The reverse of `toTrainingLayout`. */
export function toTorchLayout(spec: ConvolutionSpec, data: Float32Array): FloatTensor {
  const { outChannels, inChannels, kernel } = spec;
  const dims = [outChannels, inChannels, kernel, kernel];
  const weights = new Float32Array(outChannels * inChannels * kernel * kernel);
  forEachWeight(spec, (torch, row, out) => {
    weights[torch] = data[row * outChannels + out] as number;
  });
  return { dims, data: weights };
}

/** 1 where a row of the first layer's weights belongs to the 7×7 kernel, 0 where it must stay zero: `float32[192, 1]`. */
export function stemMask(spec: ConvolutionSpec): Float32Array {
  const mask = new Float32Array(trainingRows(spec));
  forEachWeight(spec, (_torch, row) => {
    mask[row] = 1;
  });
  return mask;
}

export function isStem(spec: ConvolutionSpec): boolean {
  return spec.kernel === 7;
}

function trainingRows(spec: ConvolutionSpec): number {
  return isStem(spec) ? 16 * 12 : spec.kernel ** 2 * spec.inChannels;
}

function forEachWeight(
  spec: ConvolutionSpec,
  visit: (torch: number, row: number, out: number) => void,
): void {
  const { outChannels, inChannels, kernel } = spec;
  const rowOf = isStem(spec) ? stemRow : plainRow;
  let torch = 0;
  for (let out = 0; out < outChannels; out++) {
    for (let channel = 0; channel < inChannels; channel++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++, torch++) {
          visit(torch, rowOf(spec, channel, ky, kx), out);
        }
      }
    }
  }
}

function plainRow(spec: ConvolutionSpec, channel: number, ky: number, kx: number): number {
  return (ky * spec.kernel + kx) * spec.inChannels + channel;
}

/** The kernel begins at the second row and column of the first block: padding 3 is two blocks less one pixel. */
function stemRow(_spec: ConvolutionSpec, channel: number, ky: number, kx: number): number {
  const y = ky + 1;
  const x = kx + 1;
  const block = (y >> 1) * 4 + (x >> 1);
  return block * 12 + (y & 1) * 6 + (x & 1) * 3 + channel;
}
