import type { Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import { regroup } from './regroup.ts';

/** The mean over the places of each picture: `float32[batch, channels]`. */
export function globalAveragePool(training: TrainingGraph, x: Feature): Value {
  const { graph, tape } = training;
  const places = x.side * x.side;
  const { pictures, channels } = x;
  const byPicture = [pictures, places, channels];
  const means = mapParts(x, (part) => {
    const value = graph.op('ReduceMean', [graph.reshape(part, byPicture)], [pictures, channels], {
      axes: [1],
      keepdims: 0,
    });
    tape.record(value, [part], (dy) => {
      const share = graph.mul(dy, graph.scalar(1 / places));
      const spread = graph.op(
        'Expand',
        [graph.reshape(share, [pictures, 1, channels]), graph.int64s(byPicture)],
        byPicture,
      );
      tape.accumulate(part, () => graph.reshape(spread, part.shape));
    });
    return value;
  });
  const [whole] = regroup(training, means, pictures * x.parts.length).parts;
  return whole as Value;
}
