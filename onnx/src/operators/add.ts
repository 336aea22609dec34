import type { Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';

/** The sum of two features of one shape: the residual connection. */
export function add({ graph, tape }: TrainingGraph, a: Feature, b: Feature): Feature {
  return mapParts(a, (own, index) => {
    const other = b.parts[index] as Value;
    const value = graph.add(own, other);
    tape.record(value, [own, other], (dy) => {
      tape.accumulate(own, () => dy);
      tape.accumulate(other, () => dy);
    });
    return value;
  });
}
