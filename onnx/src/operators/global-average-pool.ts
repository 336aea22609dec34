import type { Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';

/** The mean over the places of each picture: `float32[batch, channels]`. */
export function globalAveragePool({ graph, tape }: TrainingGraph, x: Feature): Value {
  const places = x.side * x.side;
  const byPicture = [x.batch, places, x.channels];
  const value = graph.op('ReduceMean', [graph.reshape(x.value, byPicture)], [x.batch, x.channels], {
    axes: [1],
    keepdims: 0,
  });
  tape.record(value, [x.value], (dy) => {
    const shared = graph.reshape(graph.mul(dy, graph.scalar(1 / places)), [x.batch, 1, x.channels]);
    const spread = graph.op('Expand', [shared, graph.int64s(byPicture)], byPicture);
    tape.accumulate(x.value, () => graph.reshape(spread, x.value.shape));
  });
  return value;
}
