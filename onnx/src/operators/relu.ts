import type { Feature, TrainingGraph } from '../graph/tape.ts';

/** max(x, 0). The gradient is `dy · sign(y)`: `Where` costs several times as much on the CPU. */
export function relu({ graph, tape }: TrainingGraph, x: Feature): Feature {
  const value = graph.op('Relu', [x.value], x.value.shape);
  tape.record(value, (dy) => {
    tape.accumulate(x.value, graph.mul(dy, graph.op('Sign', [value], value.shape)));
  });
  return { ...x, value };
}
