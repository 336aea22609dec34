import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import type { ConvolutionForm } from './convolution-form.ts';
import { convolve, convolveTurned } from './runtime-convolution.ts';
import { gatherColumns, gatherWindows, sumWindows } from './window-gather.ts';
import {
  inputOfOutput,
  outputOfInputByTap,
  outputsOfInput,
  type Window,
  windowKey,
} from './window-table.ts';
import {
  convolveTiles,
  convolveTilesTurned,
  tilesToWeights,
  transformedTiles,
} from './winograd.ts';

/**
 * Convolution without bias, channels last, part by part.
 *
 * `x: float32[pictures · side², in]`, `weights: float32[kernel² · in, out]` (rows ordered by tap,
 * then channel) → `float32[pictures · outputSide², out]`. By matrix products, in forms that differ
 * in speed alone:
 *
 * - forward: `columns(x) · w`
 * - to the weights: `columns(x)ᵀ · dy`, added up over the parts
 * - to the input: `dy · wᵀ`, summed where columns overlap, or a convolution with the kernel turned around
 */
export function convolution(
  training: TrainingGraph,
  x: Feature,
  weights: Value,
  window: Window,
  form: ConvolutionForm,
): Feature {
  const { graph, tape } = training;
  const pointwise = window.kernel === 1 && window.stride === 1;
  const forward = pointwise ? multiply : FORWARDS[form.forward];
  const toWeights: ToWeights[] = [];
  const output = mapParts(x, (part) => {
    const result = forward(training, part, weights, window);
    toWeights.push(result.toWeights);
    return result.output;
  });
  // Played back last part first: each adds to what the ones behind it gave, and the first part has
  // it all.
  let sofar: Value | null = null;
  x.parts.forEach((part, index) => {
    tape.record(output.parts[index] as Value, [part, weights], (dy) => {
      if (tape.wants(weights)) {
        const sum = graph.mark((toWeights[index] as ToWeights)(dy, sofar));
        sofar = sum;
        if (index === 0) tape.accumulate(weights, () => sum);
      }
      tape.accumulate(part, () => {
        if (pointwise) return graph.mark(graph.matMulTransposedB(dy, weights));
        return graph.mark(INPUT_GRADIENTS[form.inputGradient](training, dy, weights, window));
      });
    });
  });
  const channels = weights.shape[1] as number;
  return { ...output, side: window.outputSide, channels };
}

/** The gradient to the weights, plus `sofar`. */
type ToWeights = (dy: Value, sofar: Value | null) => Value;

type Forward = (
  training: TrainingGraph,
  part: Value,
  weights: Value,
  window: Window,
) => { readonly output: Value; readonly toWeights: ToWeights };

const multiply: Forward = ({ graph }, part, weights) => ({
  output: graph.matMul(part, weights),
  toWeights: (dy, sofar) => graph.matMulTransposedA(part, dy, sofar),
});

const FORWARDS: Readonly<Record<ConvolutionForm['forward'], Forward>> = {
  'gather, keep': (training, part, weights, window) =>
    multiply(training, inputColumns(training.graph, part, window), weights, window),
  'gather, again': ({ graph }, part, weights, window) => ({
    output: graph.matMul(inputColumns(graph, part, window), weights),
    toWeights: (dy, sofar) => graph.matMulTransposedA(inputColumns(graph, part, window), dy, sofar),
  }),
  'winograd, keep': (training, part, weights, window) => {
    const { graph } = training;
    const tiles = transformedTiles(training, part, window);
    return {
      output: convolveTiles(graph, tiles, weights, window),
      toWeights: (dy, sofar) => tilesToWeights(graph, tiles, dy, window, sofar),
    };
  },
  'winograd, again': (training, part, weights, window) => {
    const { graph } = training;
    const tiles = () => transformedTiles(training, part, window);
    return {
      output: convolveTiles(graph, tiles(), weights, window),
      toWeights: (dy, sofar) => tilesToWeights(graph, tiles(), dy, window, sofar),
    };
  },
  convolve: ({ graph }, part, weights, window) => ({
    output: convolve(graph, part, weights, window),
    toWeights: (dy, sofar) => graph.matMulTransposedA(inputColumns(graph, part, window), dy, sofar),
  }),
};

type InputGradient = (training: TrainingGraph, dy: Value, weights: Value, window: Window) => Value;

const INPUT_GRADIENTS: Readonly<Record<ConvolutionForm['inputGradient'], InputGradient>> = {
  turned: ({ graph }, dy, weights, window) => {
    const taps = window.kernel ** 2;
    const columns = gatherColumns(graph, dy, `output of input ${windowKey(window)}`, () => ({
      table: outputOfInputByTap(window),
      width: taps,
    }));
    const turned = graph.shared(`turned ${weights.name}`, () => {
      const [rows, out] = weights.shape as [number, number];
      const byTap = graph.reshape(weights, [taps, rows / taps, out]);
      return graph.reshape(graph.transpose(byTap, [0, 2, 1]), [taps * out, rows / taps]);
    });
    return graph.matMul(columns, turned);
  },
  summed: (training, dy, weights, window) => {
    const { graph } = training;
    const taps = window.kernel ** 2;
    const channels = (weights.shape[0] as number) / taps;
    const columnGradients = graph.matMulTransposedB(dy, weights);
    const byTap = graph.reshape(columnGradients, [(dy.shape[0] as number) * taps, channels]);
    const gathered = gatherWindows(graph, byTap, `outputs of input ${windowKey(window)}`, () => ({
      table: outputsOfInput(window),
      width: window.pictures * window.side ** 2,
    }));
    return sumWindows(training, gathered);
  },
  winograd: convolveTilesTurned,
  convolve: ({ graph }, dy, weights, window) => convolveTurned(graph, dy, weights, window),
};

function inputColumns(graph: GraphBuilder, part: Value, window: Window): Value {
  return gatherColumns(graph, part, `input of output ${windowKey(window)}`, () => ({
    table: inputOfOutput(window),
    width: window.kernel ** 2,
  }));
}
