import type { Range } from './calibrate/range.ts';

/** `real = scale · (quantized − zeroPoint)`. */
export interface QuantizationParameters {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The smallest normal float32: a scale below it would be flushed to zero. */
const FLT_MIN = 2 ** -126;

/**
 * Added to a number below 2⁵¹ it leaves no place behind the point: the processor rounds halves to
 * even, and at once.
 */
const ROUNDING = 1.5 * 2 ** 52;

/**
 * To the nearest whole number, halves to even, as `rint` in C and in ONNX. `Math.round` takes
 * halves up.
 */
export function roundHalfEven(value: number): number {
  if (Math.abs(value) < 2 ** 51) return value + ROUNDING - ROUNDING;
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Asymmetric uint8 parameters of an activation. Zero is always exactly representable. */
export function activationParameters(range: Range): QuantizationParameters {
  const min = Math.min(range.min, 0);
  const max = Math.max(range.max, 0);
  const scale = Math.fround((max - min) / 255);
  if (!(scale >= FLT_MIN)) return { scale: 1, zeroPoint: 0 };
  return { scale, zeroPoint: clip(roundHalfEven(-min / scale), 0, 255) };
}

/**
 * The largest number that a weight becomes: symmetric, ±127 and never −128; ±64 with reduced range.
 */
export const weightLimit = (reduceRange: boolean): number => (reduceRange ? 64 : 127);

/** Symmetric int8 scale of a channel's weights. */
export function weightScale(largest: number, limit: number): number {
  const scale = Math.fround(largest / limit);
  return scale >= FLT_MIN ? scale : 1;
}

/**
 * Enlarges a weight scale until the channel's bias fits into int32 at the scale `inputScale ·
 * weightScale`. (ONNX Runtime's own tool does so since microsoft/onnxruntime#22020.)
 */
export function scaleForBias(scale: number, inputScale: number, bias: number): number {
  const smallest = (1.0001 * 2 * Math.abs(bias)) / (2 ** 32 - 2);
  const product = inputScale * scale;
  return product < smallest ? Math.fround((scale * smallest) / product) : scale;
}

export function quantizeInt8(value: number, scale: number, limit: number): number {
  return clip(roundHalfEven(value / scale), -limit, limit);
}

export function quantizeInt32(value: number, scale: number): number {
  return clip(roundHalfEven(value / scale), -(2 ** 31), 2 ** 31 - 1);
}

function clip(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
