import type { TensorPlan } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import { attribute, type FloatGraph } from './float-graph.ts';
import { hasAutomaticPadding } from './fold-padding.ts';

type Rgb = readonly [number, number, number];

/**
 * The first convolution, rewritten to take pixels: weights and bias with the normalization in them.
 */
export interface PixelConvolution {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly tensorPlan: Extract<TensorPlan, { type: 'uint8' }>;
}

/**
 * Folds `(pixel/255 − mean)/std` into the first convolution: `w' = w/(255·std)`, `b' = b − Σ
 * w·mean/std`. Its padding moves into the picture, as pixels that normalize to (nearly) zero: zeros
 * in the model would be black there.
 * @throws OnnxError `ONNX_UNSUPPORTED` where the input does not go into one convolution with equal
 * padding all round.
 */
export function pixelConvolution(graph: FloatGraph, mean: Rgb, std: Rgb): PixelConvolution {
  const [first, ...others] = graph.consumers(graph.inputName);
  const weights = first?.opType === 'Conv' ? graph.floats(first.input?.[1]) : null;
  if (!first || !weights || others.length > 0) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected one convolution behind the input, received ${[first, ...others].map((node) => node?.opType).join(', ')}.`,
    );
  }
  const pads = attribute(first, 'pads')?.ints ?? [0, 0, 0, 0];
  const padding = pads[0] ?? 0;
  const dims = graph.dims(first.input?.[1] ?? '');
  if (pads.some((pad) => pad !== padding) || dims[1] !== 3 || hasAutomaticPadding(first)) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected a first convolution over 3 colours with equal padding all round, received dimensions ${dims} and padding ${pads}.`,
    );
  }
  const outChannels = dims[0] as number;
  const bias = Float64Array.from(graph.floats(first.input?.[2]) ?? new Float32Array(outChannels));
  const folded = new Float32Array(weights.length);
  const plane = weights.length / outChannels / 3;
  for (let i = 0; i < weights.length; i++) {
    const channel = Math.floor(i / plane) % 3;
    const out = Math.floor(i / (plane * 3));
    const weight = weights[i] as number;
    folded[i] = weight / (255 * (std[channel] as number));
    bias[out] =
      (bias[out] as number) - (weight * (mean[channel] as number)) / (std[channel] as number);
  }
  const padValue = mean.map((value) => Math.round(255 * value)) as [number, number, number];
  return {
    weights: folded,
    bias: Float32Array.from(bias),
    tensorPlan: { type: 'uint8', layout: 'NHWC', padding, padValue },
  };
}
