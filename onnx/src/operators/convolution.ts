import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { gatherWindows } from './window-gather.ts';
import {
  inputOfOutput,
  outputOfInputByTap,
  outputsOfInput,
  type Window,
  windowKey,
} from './window-table.ts';

/** Columns up to this size are kept for the backward pass; larger ones are gathered again, to save memory. */
const KEPT_COLUMNS_BYTES = 128 * 1024 * 1024;

/**
 * Convolution without bias, channels last.
 *
 * `x: float32[batch · side², in]`, `weights: float32[kernel² · in, out]` (rows ordered by tap, then channel) →
 * `float32[batch · outputSide², out]`. Columns are one Gather by a constant table, the rest is matrix products:
 *
 * - forward: `columns(x) · w`
 * - to the weights: `columns(x)ᵀ · dy`
 * - to the input: of two forms the cheaper, see `inputGradient`.
 */
export function convolution(
  { graph, tape }: TrainingGraph,
  x: Feature,
  weights: Value,
  window: Window,
): Feature {
  const outChannels = weights.shape[1] as number;
  const pointwise = window.kernel === 1 && window.stride === 1;
  const columns = () =>
    pointwise
      ? x.value
      : gatherColumns(
          graph,
          x.value,
          window.kernel ** 2,
          `input of output ${windowKey(window)}`,
          () => inputOfOutput(window),
        );
  const forwardColumns = columns();
  const value = graph.matMul(forwardColumns, weights);
  tape.record(value, [x.value, weights], (dy) => {
    const [rows, width] = forwardColumns.shape as [number, number];
    const kept = rows * width * 4 <= KEPT_COLUMNS_BYTES;
    tape.accumulate(weights, () => graph.matMulTransposedA(kept ? forwardColumns : columns(), dy));
    tape.accumulate(x.value, () =>
      pointwise
        ? graph.matMulTransposedB(dy, weights)
        : inputGradient(graph, x, weights, window, dy),
    );
  });
  return { value, batch: x.batch, side: window.outputSide, channels: outChannels };
}

/** im2col: `[rows of the table, taps · channels]`. */
function gatherColumns(
  graph: GraphBuilder,
  x: Value,
  taps: number,
  tableKey: string,
  makeTable: () => Int32Array,
): Value {
  const gathered = gatherWindows(graph, x, tableKey, () => ({ table: makeTable(), width: taps }));
  return graph.reshape(gathered, [gathered.shape[0] as number, taps * (x.shape[1] as number)]);
}

/**
 * The gradient to the input.
 *
 * - Stride 1, many rows: a convolution of `dy` with the kernel turned around: gather `dy` by tap, multiply by
 *   the transposed weights. Wants the weights transposed, which costs as much as they are large.
 * - Otherwise: `dy · wᵀ` gives the gradient of every column; each input row then sums the columns that it went into.
 *   With a stride, this multiplies nothing by zero.
 */
function inputGradient(
  graph: GraphBuilder,
  x: Feature,
  weights: Value,
  window: Window,
  dy: Value,
): Value {
  const [rows, outChannels] = dy.shape as [number, number];
  return window.stride === 1 && rows >= 2 * outChannels
    ? turnedConvolution(graph, x, weights, window, dy)
    : summedColumns(graph, x, weights, window, dy);
}

function turnedConvolution(
  graph: GraphBuilder,
  x: Feature,
  weights: Value,
  window: Window,
  dy: Value,
): Value {
  const taps = window.kernel ** 2;
  const outChannels = dy.shape[1] as number;
  const columns = gatherColumns(graph, dy, taps, `output of input ${windowKey(window)}`, () =>
    outputOfInputByTap(window),
  );
  const byTap = graph.reshape(weights, [taps, x.channels, outChannels]);
  const turned = graph.reshape(graph.transpose(byTap, [0, 2, 1]), [taps * outChannels, x.channels]);
  return graph.matMul(columns, turned);
}

function summedColumns(
  graph: GraphBuilder,
  x: Feature,
  weights: Value,
  window: Window,
  dy: Value,
): Value {
  const taps = window.kernel ** 2;
  const columnGradients = graph.matMulTransposedB(dy, weights);
  const byTap = graph.reshape(columnGradients, [(dy.shape[0] as number) * taps, x.channels]);
  const gathered = gatherWindows(graph, byTap, `outputs of input ${windowKey(window)}`, () =>
    outputsOfInput(window),
  );
  return gathered.shape[1] === 1
    ? graph.reshape(gathered, x.value.shape)
    : graph.reduceSum(gathered, 1, false);
}
