import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import { positive } from './mask.ts';

/** max(x, 0). The gradient is `dy · (y > 0)`. */
export function relu(training: TrainingGraph, x: Feature): Feature {
  const { graph, tape } = training;
  return mapParts(x, (part) => {
    const value = graph.op('Relu', [part], part.shape);
    tape.record(value, [part], (dy) => {
      tape.accumulate(part, () => graph.mul(dy, positive(training, value)));
    });
    return value;
  });
}
