import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { inputOfTile, OUTPUTS, outputOfTile, tileOfOutput, tilesOf } from './tile-table.ts';
import { gatherPadded } from './window-gather.ts';
import { type Window, windowKey } from './window-table.ts';

/**
 * Winograd's minimal filtering F(2×2, 3×3): the 4 outputs of a tile take 16 products instead of 36,
 * of its 4×4 inputs and of the kernel, both transformed. Over all tiles these are 16 products of
 * matrices, `[tiles, in] · [in, out]`; each transformation is one product with a small matrix.
 * Source: Lavin & Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016, whose
 * matrices these are.
 */
type Matrix = readonly (readonly number[])[];

/** To the inputs of a row: Bᵀ, `[4, 4]`. */
const INPUT: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
/** To a row of the kernel: G, `[4, 3]`. */
const KERNEL: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
/** From products to the outputs of a row: Aᵀ, `[2, 4]`. */
const OUTPUT: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

/** Weights of a kernel, of each channel. */
const TAPS = 9;
/** Inputs of a tile, of each channel. */
const PLACES = 16;

/** Whether a window is one that this is for. */
export function hasTiles({ kernel, stride, padding, side, outputSide }: Window): boolean {
  return kernel === 3 && stride === 1 && padding === 1 && side === outputSide;
}

/**
 * `x: float32[pictures · side², in]`, in tiles and transformed: `[bands, 16, tiles / bands, in]`.
 *
 * Bands are what threads keep to: the runtime cuts each operator's work into as many runs as there
 * are threads and gives the same run to the same thread, so that a band that one thread gathered it
 * transforms and multiplies as well. Over places first, as without bands, every operator would read
 * half of what another thread has just written, which costs four times as much where the threads'
 * cores do not share a cache.
 */
export function transformedTiles(training: TrainingGraph, x: Value, window: Window): Value {
  const matrix = constant(training.graph, 'input', ofSquares(INPUT));
  return transform(training.graph, matrix, gatherTiles(training, x, window));
}

/**
 * The convolution with `weights: float32[9 · in, out]`: `[pictures · side², out]`.
 *
 * @param tiles Of what is convolved, as `transformedTiles` gives them.
 */
export function convolveTiles(
  graph: GraphBuilder,
  tiles: Value,
  weights: Value,
  window: Window,
): Value {
  const kernels = transformedKernels(graph, weights);
  const out = kernels.shape[2] as number;
  const products = graph.op('MatMul', [tiles, kernels], [...tiles.shape.slice(0, 3), out]);
  return untile(graph, constant(graph, 'output', ofSquares(OUTPUT)), products, window);
}

/**
 * Its gradient to the input: a convolution of `dy` with the kernel turned around. Transformed, that
 * is the same kernel with its places in another order, so that the tiles are put into that order.
 */
export function convolveTilesTurned(
  training: TrainingGraph,
  dy: Value,
  weights: Value,
  window: Window,
): Value {
  const { graph } = training;
  const kernels = transformedKernels(graph, weights);
  const tiles = gatherTiles(training, dy, window);
  const input = constant(graph, 'input, turned', inTurn(ofSquares(INPUT)));
  const output = constant(graph, 'output, turned', ofSquares(OUTPUT).map(inTurn));
  const products = graph.op(
    'MatMul',
    [transform(graph, input, tiles), graph.transpose(kernels, [0, 2, 1])],
    [...tiles.shape.slice(0, 3), kernels.shape[1] as number],
  );
  return untile(graph, output, products, window);
}

/**
 * Its gradient to the weights, `[9 · in, out]`, plus `sofar` where it is given.
 *
 * @param tiles Of its input.
 */
export function tilesToWeights(
  graph: GraphBuilder,
  tiles: Value,
  dy: Value,
  window: Window,
  sofar: Value | null,
): Value {
  const [bands, places, , channels] = tiles.shape as Banded;
  const back = constant(graph, 'output, back', transposed(ofSquares(OUTPUT)));
  const products = transform(graph, back, gatherOutputs(graph, dy, window, bands));
  const out = dy.shape[1] as number;
  const kernels = graph.op(
    'MatMul',
    [graph.transpose(tiles, [0, 1, 3, 2]), products],
    [bands, places, channels, out],
  );
  const ofBands = Array.from({ length: bands }, () => ofSquares(KERNEL)).flat();
  const sum = graph.matMulTransposedA(
    constant(graph, `kernel, of ${bands}`, ofBands),
    graph.reshape(kernels, [bands * places, channels * out]),
    sofar && graph.reshape(sofar, [TAPS, channels * out]),
  );
  return graph.reshape(sum, [TAPS * channels, out]);
}

/** Bands, places of a tile, tiles of a band, channels. */
type Banded = readonly [number, number, number, number];

function gatherTiles({ graph, threads }: TrainingGraph, x: Value, window: Window): Value {
  const bands = bandsOf(window, x.shape[1] as number, threads);
  const rows = graph.shared(`inputs of tile ${windowKey(window)}, ${bands} bands`, () =>
    graph.int32s(inputOfTile(window, bands), [bands, PLACES, tilesOf(window) / bands]),
  );
  return gatherPadded(graph, x, rows);
}

function gatherOutputs(graph: GraphBuilder, dy: Value, window: Window, bands: number): Value {
  const beyond = window.outputSide % OUTPUTS > 0;
  const rows = graph.shared(`outputs of tile ${windowKey(window)}, ${bands} bands`, () => {
    const table = outputOfTile(window, bands);
    const shape = [bands, OUTPUTS ** 2, tilesOf(window) / bands];
    return graph.int32s(beyond ? table : table.map((row) => row - 1), shape);
  });
  // The copy of dy that a row of zeros asks for is saved where no tile reaches over the edge.
  return beyond ? gatherPadded(graph, dy, rows) : graph.gatherRows(dy, rows);
}

/**
 * One for each thread. But every band is multiplied with all kernels: where those are the more, one
 * for all, so that each thread has the kernels of some places.
 */
function bandsOf(window: Window, channels: number, threads: number): number {
  const each = tilesOf(window) / threads;
  return Number.isInteger(each) && 2 * each >= channels ? threads : 1;
}

/** `[16, in, out]` */
function transformedKernels(graph: GraphBuilder, weights: Value): Value {
  const [rows, out] = weights.shape as [number, number];
  return graph.shared(`kernels of tiles of ${weights.name}`, () => {
    const byTap = graph.reshape(weights, [TAPS, rows / TAPS, out]);
    return transform(graph, constant(graph, 'kernel', ofSquares(KERNEL)), byTap);
  });
}

/** From `products: float32[bands, 16, tiles / bands, out]` to `[pictures · side², out]`. */
function untile(graph: GraphBuilder, matrix: Value, products: Value, window: Window): Value {
  const outputs = transform(graph, matrix, products);
  const [bands, places, tiles, out] = outputs.shape as Banded;
  const place = graph.shared(`tile of output ${windowKey(window)}, ${bands} bands`, () => {
    const table = tileOfOutput(window, bands);
    return graph.int32s(table, [table.length]);
  });
  return graph.gatherRows(graph.reshape(outputs, [bands * places * tiles, out]), place);
}

/** `matrix[m, n] · x[…, n, rows, columns]` over the last axis but two. */
function transform(graph: GraphBuilder, matrix: Value, x: Value): Value {
  const outer = x.shape.slice(0, -3);
  const [n, rows, columns] = x.shape.slice(-3) as [number, number, number];
  const [m] = matrix.shape as [number];
  const flat = graph.reshape(x, [...outer, n, rows * columns]);
  const product = graph.op('MatMul', [matrix, flat], [...outer, m, rows * columns]);
  return graph.reshape(product, [...outer, m, rows, columns]);
}

function constant(graph: GraphBuilder, of: string, rows: Matrix): Value {
  return graph.shared(`tile transformation: ${of}`, () =>
    graph.floats(rows.flat(), [rows.length, (rows[0] as readonly number[]).length]),
  );
}

/**
 * The transformation of squares whose rows stand one after another, as a matrix: the Kronecker
 * product of that of a row with itself.
 */
function ofSquares(matrix: Matrix): Matrix {
  return matrix.flatMap((above) =>
    matrix.map((beside) => above.flatMap((a) => beside.map((b) => a * b))),
  );
}

function transposed(matrix: Matrix): Matrix {
  return (matrix[0] as readonly number[]).map((_, column) =>
    matrix.map((row) => row[column] as number),
  );
}

/**
 * The places of a tile in the order that those of a kernel have when it is turned around: the first
 * and the last row of G change places, and so do columns.
 */
function inTurn<Place>(places: readonly Place[]): Place[] {
  const turned = [3, 1, 2, 0];
  return turned.flatMap((row) => turned.map((column) => places[4 * row + column] as Place));
}
