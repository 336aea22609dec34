import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';

/**
 * `x[rows, channels]` with a row of zeros in front, which stands for the padding. Made anew for
 * each Gather: kept for the backward pass it would cost as much memory as `x` itself.
 */
function withZeroRow(graph: GraphBuilder, x: Value): Value {
  const channels = x.shape[1] as number;
  const zeros = graph.shared(`zeros ${channels}`, () =>
    graph.floats(new Float32Array(channels), [1, channels]),
  );
  return graph.concat([zeros, x]);
}

/** Rows of `x[rows, channels]` by a table in which 0 is the padding and 1 the first row. */
export function gatherPadded(graph: GraphBuilder, x: Value, table: Value): Value {
  return graph.gatherRows(withZeroRow(graph, x), table);
}

/**
 * Gathers `width` rows of `x` (0 is the zero row) for each of `rows` rows: `[rows, width,
 * channels]`.
 */
export function gatherWindows(
  graph: GraphBuilder,
  x: Value,
  tableKey: string,
  makeTable: () => { table: Int32Array; width: number },
): Value {
  const index = graph.shared(tableKey, () => {
    const { table, width } = makeTable();
    return graph.int32s(table, [table.length / width, width]);
  });
  return gatherPadded(graph, x, index);
}

/** im2col: `[rows of the table, width · channels]`. */
export function gatherColumns(
  graph: GraphBuilder,
  x: Value,
  tableKey: string,
  makeTable: () => { table: Int32Array; width: number },
): Value {
  const gathered = gatherWindows(graph, x, tableKey, makeTable);
  const [rows, width, channels] = gathered.shape as [number, number, number];
  return graph.reshape(gathered, [rows, width * channels]);
}

/**
 * The sum of `gathered[windows, inputs, channels]` over its windows. As a product where that is the
 * fastest; a GPU sums as well as it multiplies.
 */
export function sumWindows({ graph, provider }: TrainingGraph, gathered: Value): Value {
  const [windows, inputs, channels] = gathered.shape as [number, number, number];
  if (windows === 1) return graph.reshape(gathered, [inputs, channels]);
  if (provider !== 'cpu') return graph.reduceSum(gathered, 0, false);
  const flat = graph.reshape(gathered, [windows, inputs * channels]);
  return graph.reshape(graph.sumRows(flat), [inputs, channels]);
}
