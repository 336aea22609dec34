import t from 'tap';
import { GraphBuilder } from '../../onnx/src/graph/graph-builder.ts';
import { Tape } from '../../onnx/src/graph/tape.ts';
import { inputOfTile, outputOfTile } from '../../onnx/src/operators/tile-table.ts';
import { slidingWindow } from '../../onnx/src/operators/window-table.ts';
import { transformedTiles } from '../../onnx/src/operators/winograd.ts';

/** 8 pictures of 4², of 4 tiles each. */
const WINDOW = slidingWindow(8, 4, 3, 1, 1);

/** The shape of transformed tiles. */
function shapeFor(threads: number, channels: number): readonly number[] {
  const graph = new GraphBuilder();
  const training = { graph, tape: new Tape(graph), provider: 'cpu', threads } as const;
  const x = { name: 'x', shape: [8 * 16, channels] };
  return transformedTiles(training, x, WINDOW).shape;
}

t.test(
  'each thread has a band of tiles, which it gathers, transforms and multiplies',
  async (t) => {
    t.same(shapeFor(2, 32), [2, 16, 16, 32], 'bands first');
    t.same(shapeFor(1, 32), [1, 16, 32, 32]);
    t.same(shapeFor(4, 8), [4, 16, 8, 8]);
  },
);

t.test(
  'one band for all threads where they do not divide the tiles, or kernels are the more',
  async (t) => {
    t.same(shapeFor(3, 8), [1, 16, 32, 8]);
    t.same(shapeFor(2, 64), [1, 16, 32, 64]);
  },
);

t.test('a band has the rows of the pictures that it stands for, and no others', async (t) => {
  for (const rowsOf of [inputOfTile, outputOfTile]) {
    const table = rowsOf(WINDOW, 2);
    const half = table.length / 2;
    t.same(picturesOf(table.subarray(0, half)), [0, 1, 2, 3]);
    t.same(picturesOf(table.subarray(half)), [4, 5, 6, 7]);
    t.same(table.toSorted(), rowsOf(WINDOW, 1).toSorted(), 'all of them');
  }
});

/** Pictures that a table has rows of. */
function picturesOf(table: Int32Array): number[] {
  const rows = [...table].filter((row) => row > 0);
  return [...new Set(rows.map((row) => Math.floor((row - 1) / 16)))].sort();
}
