import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import { inputOfTile, outputOfTile, tileOfOutput, tilesOf } from './tile-table.ts';
import { gatherWindows } from './window-gather.ts';
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

/** `x: float32[pictures · side², in]`, in tiles and transformed: `[16, tiles, in]`. */
export function transformedTiles(graph: GraphBuilder, x: Value, window: Window): Value {
  const matrix = constant(graph, 'input', ofSquares(INPUT));
  return transform(graph, matrix, gatherTiles(graph, x, window));
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
  const products = graph.op('MatMul', [tiles, kernels], [PLACES, tilesOf(window), out]);
  return untile(graph, constant(graph, 'output', ofSquares(OUTPUT)), products, window);
}

/**
 * Its gradient to the input: a convolution of `dy` with the kernel turned around. Transformed, that
 * is the same kernel with its places in another order, so that the tiles are put into that order.
 */
export function convolveTilesTurned(
  graph: GraphBuilder,
  dy: Value,
  weights: Value,
  window: Window,
): Value {
  const kernels = transformedKernels(graph, weights);
  const tiles = gatherTiles(graph, dy, window);
  const input = constant(graph, 'input, turned', inTurn(ofSquares(INPUT)));
  const output = constant(graph, 'output, turned', ofSquares(OUTPUT).map(inTurn));
  const products = graph.op(
    'MatMul',
    [transform(graph, input, tiles), graph.transpose(kernels, [0, 2, 1])],
    [PLACES, tilesOf(window), kernels.shape[1] as number],
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
  const outputs = gatherWindows(graph, dy, `outputs of tile ${windowKey(window)}`, () => ({
    table: outputOfTile(window),
    width: tilesOf(window),
  }));
  const back = constant(graph, 'output, back', transposed(ofSquares(OUTPUT)));
  const products = transform(graph, back, outputs);
  const [places, , channels] = tiles.shape as [number, number, number];
  const out = dy.shape[1] as number;
  const kernels = graph.op(
    'MatMul',
    [graph.transpose(tiles, [0, 2, 1]), products],
    [places, channels, out],
  );
  const sum = graph.matMulTransposedA(
    constant(graph, 'kernel', ofSquares(KERNEL)),
    graph.reshape(kernels, [places, channels * out]),
    sofar && graph.reshape(sofar, [TAPS, channels * out]),
  );
  return graph.reshape(sum, [TAPS * channels, out]);
}

function gatherTiles(graph: GraphBuilder, x: Value, window: Window): Value {
  return gatherWindows(graph, x, `inputs of tile ${windowKey(window)}`, () => ({
    table: inputOfTile(window),
    width: tilesOf(window),
  }));
}

/** `[16, in, out]` */
function transformedKernels(graph: GraphBuilder, weights: Value): Value {
  const [rows, out] = weights.shape as [number, number];
  return graph.shared(`kernels of tiles of ${weights.name}`, () => {
    const byTap = graph.reshape(weights, [TAPS, rows / TAPS, out]);
    return transform(graph, constant(graph, 'kernel', ofSquares(KERNEL)), byTap);
  });
}

/** From `products: float32[16, tiles, out]` to `[pictures · side², out]`. */
function untile(graph: GraphBuilder, matrix: Value, products: Value, window: Window): Value {
  const outputs = transform(graph, matrix, products);
  const [places, tiles, out] = outputs.shape as [number, number, number];
  const place = graph.shared(`tile of output ${windowKey(window)}`, () => {
    const table = tileOfOutput(window);
    return graph.int32s(table, [table.length]);
  });
  return graph.gatherRows(graph.reshape(outputs, [places * tiles, out]), place);
}

/** `matrix[m, n] · x[n, rows, columns]` over the first axis. */
function transform(graph: GraphBuilder, matrix: Value, x: Value): Value {
  const [count, ...rest] = x.shape as [number, number, number];
  const flat = graph.reshape(x, [count, rest[0] * rest[1]]);
  return graph.reshape(graph.matMul(matrix, flat), [matrix.shape[0] as number, ...rest]);
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
