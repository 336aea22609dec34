import type { Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';
import { equalToMost } from './mask.ts';
import { gatherWindows, sumWindows } from './window-gather.ts';
import { inputOfOutput, outputsOfInput, type Window, windowKey } from './window-table.ts';

/**
 * Maximum over windows. Expects `x ≥ 0` (after a ReLU): the padding counts as 0. Where several
 * inputs of a window are its maximum, each gets the whole gradient; after a ReLU those are zeros,
 * and the ReLU stops it there.
 */
export function maxPool(training: TrainingGraph, x: Feature, window: Window): Feature {
  const { graph, tape } = training;
  const taps = window.kernel ** 2;
  const places = window.pictures * window.outputSide ** 2;
  const output = mapParts(x, (part) => {
    const gathered = gatherWindows(graph, part, `input of output ${windowKey(window)}`, () => ({
      table: inputOfOutput(window),
      width: taps,
    }));
    const value = graph.op('ReduceMax', [gathered], [places, x.channels], {
      axes: [1],
      keepdims: 0,
    });
    tape.record(value, [part], (dy) => {
      tape.accumulate(part, () => {
        const [maxima, gradients] = [value, dy].map((y) => ofWindows(graph, y, window)) as [
          Value,
          Value,
        ];
        const own = graph.reshape(part, [1, part.shape[0] as number, x.channels]);
        return sumWindows(training, graph.mul(gradients, equalToMost(training, own, maxima)));
      });
    });
    return value;
  });
  return { ...output, side: window.outputSide };
}

/** What `y` has for each window that covers an input: `[windows, inputs, channels]`. */
function ofWindows(graph: TrainingGraph['graph'], y: Value, window: Window): Value {
  return gatherWindows(graph, y, `windows of input ${windowKey(window)}`, () => ({
    table: outputsOfInput(window).map((entry) => Math.ceil(entry / window.kernel ** 2)),
    width: window.pictures * window.side ** 2,
  }));
}
