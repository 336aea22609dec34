import type { Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import type { ConvolutionForm } from './convolution-form.ts';
import { convolve, convolveTurned } from './runtime-convolution.ts';
import { gatherColumns, gatherWindows } from './window-gather.ts';
import {
  inputOfOutput,
  outputOfInputByTap,
  outputsOfInput,
  type Window,
  windowKey,
} from './window-table.ts';

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
  const columnsOf = (part: Value) => (pointwise ? part : inputColumns(training, part, window));
  const kept: (Value | null)[] = [];
  const output = mapParts(x, (part) => {
    if (form.forward === 'convolve' && !pointwise) {
      kept.push(null);
      return convolve(graph, part, weights, window);
    }
    const columns = columnsOf(part);
    kept.push(form.forward === 'gather, keep' ? columns : null);
    return graph.matMul(columns, weights);
  });
  // Played back last part first: each adds to what the ones behind it gave, and the first part has
  // it all.
  let sofar: Value | null = null;
  x.parts.forEach((part, index) => {
    tape.record(output.parts[index] as Value, [part, weights], (dy) => {
      if (tape.wants(weights)) {
        const columns = kept[index] ?? columnsOf(part);
        const sum = graph.mark(graph.matMulTransposedA(columns, dy, sofar));
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
  summed: ({ graph }, dy, weights, window) => {
    const taps = window.kernel ** 2;
    const channels = (weights.shape[0] as number) / taps;
    const columnGradients = graph.matMulTransposedB(dy, weights);
    const byTap = graph.reshape(columnGradients, [(dy.shape[0] as number) * taps, channels]);
    const gathered = gatherWindows(graph, byTap, `outputs of input ${windowKey(window)}`, () =>
      outputsOfInput(window),
    );
    return gathered.shape[1] === 1
      ? graph.reshape(gathered, [gathered.shape[0] as number, channels])
      : graph.reduceSum(gathered, 1, false);
  },
  convolve: ({ graph }, dy, weights, window) => convolveTurned(graph, dy, weights, window),
};

function inputColumns({ graph }: TrainingGraph, part: Value, window: Window): Value {
  return gatherColumns(graph, part, `input of output ${windowKey(window)}`, () => ({
    table: inputOfOutput(window),
    width: window.kernel ** 2,
  }));
}
