import { tilesOf } from './tile-table.ts';
import type { Window } from './window-table.ts';
import { hasTiles } from './winograd.ts';

/**
 * How a convolution is computed. Every form gives the same numbers but for rounding: the fastest is
 * found by measuring.
 */
export interface ConvolutionForm {
  /**
   * - `gather`: columns by one Gather (im2col), then a matrix product. `keep` leaves the columns in memory for the gradient
   *   to the weights, `again` gathers them a second time.
   * - `winograd`: tiles by one Gather, then products of them (winograd.ts), forward and to the weights; 3×3 windows of
   *   stride 1 alone. `keep` and `again` as before, of the tiles.
   * - `convolve`: the runtime's own Conv, between two transpositions.
   */
  readonly forward:
    | 'gather, keep'
    | 'gather, again'
    | 'winograd, keep'
    | 'winograd, again'
    | 'convolve';
  /**
   * The gradient to the input.
   *
   * - `turned`, `winograd`, `convolve`: a convolution of `dy` with the kernel turned around, in one of the ways above;
   *   stride 1 alone. Wants the weights transposed, which costs as much as they are large.
   * - `summed`: `dy · wᵀ` gives the gradient of every column; each input row then sums the columns that it went into.
   *   With a stride, this multiplies nothing by zero.
   */
  readonly inputGradient: 'turned' | 'winograd' | 'summed' | 'convolve';
}

/** Columns, or tiles, of all parts together up to this size may be kept for the backward pass. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** What the choice of a form depends on. */
interface Shape {
  readonly window: Window;
  readonly channels: { readonly in: number; readonly out: number };
  readonly parts: number;
}

/** The forms that a convolution has. A 1×1 one of stride 1 is a product whatever the form says. */
export function formsOf({ window, channels, parts }: Shape): {
  readonly forward: readonly ConvolutionForm['forward'][];
  readonly inputGradient: readonly ConvolutionForm['inputGradient'][];
} {
  const { kernel, stride, pictures, outputSide } = window;
  if (kernel === 1 && stride === 1) return { forward: ['gather, keep'], inputGradient: ['summed'] };
  const mayBeKept = (values: number) => 4 * parts * values * channels.in <= KEPT_BYTES;
  const tiles = hasTiles(window);
  return {
    forward: [
      ...(mayBeKept(pictures * outputSide ** 2 * kernel ** 2) ? (['gather, keep'] as const) : []),
      'gather, again',
      ...(tiles && mayBeKept(16 * tilesOf(window)) ? (['winograd, keep'] as const) : []),
      ...(tiles ? (['winograd, again'] as const) : []),
      'convolve',
    ],
    inputGradient:
      stride === 1
        ? ['turned', ...(tiles ? (['winograd'] as const) : []), 'summed', 'convolve']
        : ['summed'],
  };
}

/** The runtime's own Conv wherever there is such a form, the usual one where there is none. */
export function convolveForm(shape: Shape): ConvolutionForm {
  const { forward, inputGradient } = formsOf(shape);
  const usual = usualForm(shape);
  return {
    forward: forward.includes('convolve') ? 'convolve' : usual.forward,
    inputGradient: inputGradient.includes('convolve') ? 'convolve' : usual.inputGradient,
  };
}

/** A good guess where nothing was measured. */
export function usualForm(shape: Shape): ConvolutionForm {
  const { window, channels } = shape;
  const [forward] = formsOf(shape).forward as [ConvolutionForm['forward']];
  const rows = window.pictures * window.outputSide ** 2;
  const turns = window.stride === 1 && rows >= 2 * channels.out;
  return { forward, inputGradient: turns ? 'turned' : 'summed' };
}
