import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * max(x, 0). The gradient is `dy · (y > 0)`, as a comparison and a Cast: on the CPU `Where` costs
 * several times as much, `Sign` three times, and the WebGPU provider has no `Sign`.
 */
export function relu({ graph, tape }: TrainingGraph, x: Feature): Feature {
  return mapParts(x, (part) => {
    const value = graph.op('Relu', [part], part.shape);
    tape.record(value, [part], (dy) => {
      tape.accumulate(part, () => {
        const positive = graph.op('Greater', [value, graph.scalar(0)], part.shape);
        const slope = graph.op('Cast', [positive], part.shape, { to: DataType.FLOAT });
        return graph.mul(dy, slope);
      });
    });
    return value;
  });
}
