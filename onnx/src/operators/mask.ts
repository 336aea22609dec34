import type { Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * Masks of ones and zeros for gradients that pass in some places alone. On the CPU as a HardSigmoid,
 * `max(0, min(1, αx + β))`, too steep for anything between: the runtime computes it with all threads,
 * while its Cast of what a comparison gives has one, and `Where` costs several times as much. As a
 * comparison and a Cast elsewhere.
 */
type Masking = Pick<TrainingGraph, 'graph' | 'provider'>;

/** α: only numbers that float32 does not hold in full come to less than 1. */
const STEEP = { float: 3e38 };

/** Where `x > 0`; expects `x ≥ 0`, as a ReLU gives it. */
export function positive({ graph, provider }: Masking, x: Value): Value {
  if (provider === 'cpu') {
    return graph.op('HardSigmoid', [x], x.shape, { alpha: STEEP, beta: { float: 0 } });
  }
  return cast(graph, graph.op('Greater', [x, graph.scalar(0)], x.shape));
}

/** Where `x = most`, in the shape that both broadcast to; expects `x ≤ most`. */
export function equalToMost({ graph, provider }: Masking, x: Value, most: Value): Value {
  if (provider === 'cpu') {
    const below = graph.sub(x, most);
    return graph.op('HardSigmoid', [below], below.shape, { alpha: STEEP, beta: { float: 1 } });
  }
  return cast(graph, graph.op('Equal', [most, x], most.shape));
}

function cast(graph: TrainingGraph['graph'], mask: Value): Value {
  return graph.op('Cast', [mask], mask.shape, { to: DataType.FLOAT });
}
