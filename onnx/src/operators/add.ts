import type { Feature, TrainingGraph } from '../graph/tape.ts';

/** The sum of two features of one shape: the residual connection. */
export function add({ graph, tape }: TrainingGraph, a: Feature, b: Feature): Feature {
  const value = graph.add(a.value, b.value);
  tape.record(value, [a.value, b.value], (dy) => {
    tape.accumulate(a.value, () => dy);
    tape.accumulate(b.value, () => dy);
  });
  return { ...a, value };
}
