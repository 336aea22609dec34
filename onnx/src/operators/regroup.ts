import type { Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';

/** The same activations in fewer parts, of `pictures` each, a multiple of what they had. */
export function regroup({ graph, tape }: TrainingGraph, x: Feature, pictures: number): Feature {
  const joined = pictures / x.pictures;
  if (joined === 1) return x;
  const parts: Value[] = [];
  for (let i = 0; i < x.parts.length; i += joined) {
    const some = x.parts.slice(i, i + joined);
    const [rows, channels] = (some[0] as Value).shape as [number, number];
    const value = graph.op('Concat', some, [rows * joined, channels], { axis: 0 });
    tape.record(value, some, (dy) => {
      const shares = graph.split(dy, joined);
      some.forEach((part, index) => {
        tape.accumulate(part, () => shares[index] as Value);
      });
    });
    parts.push(value);
  }
  return { ...x, parts, pictures };
}
