import type { GraphBuilder, Value } from '../graph/graph-builder.ts';

const ZERO_ROWED = new WeakMap<GraphBuilder, Map<string, Value>>();

/** `x[rows, channels]` with a row of zeros in front, which stands for the padding. Made once for each `x`. */
function withZeroRow(graph: GraphBuilder, x: Value): Value {
  const known = ZERO_ROWED.get(graph) ?? new Map<string, Value>();
  ZERO_ROWED.set(graph, known);
  let padded = known.get(x.name);
  if (!padded) {
    const [rows, channels] = x.shape as [number, number];
    const zeros = graph.shared(`zeros ${channels}`, () =>
      graph.floats(new Float32Array(channels), [1, channels]),
    );
    padded = graph.op('Concat', [zeros, x], [rows + 1, channels], { axis: 0 });
    known.set(x.name, padded);
  }
  return padded;
}

/** Gathers `width` rows of `x` (0 is the zero row) for each of `rows` rows: `[rows, width, channels]`. */
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
