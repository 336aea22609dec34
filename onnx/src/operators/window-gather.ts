import type { GraphBuilder, Value } from '../graph/graph-builder.ts';

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
  return graph.gatherRows(withZeroRow(graph, x), index);
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
