import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';
import { gatherWindows } from './window-gather.ts';
import { inputOfOutput, outputsOfInput, type Window, windowKey } from './window-table.ts';

/**
 * Maximum over windows. Expects `x ≥ 0` (after a ReLU): the padding counts as 0. Where several inputs of a
 * window are its maximum, each gets the whole gradient; after a ReLU those are zeros, and the ReLU stops it there.
 */
export function maxPool({ graph, tape }: TrainingGraph, x: Feature, window: Window): Feature {
  const taps = window.kernel ** 2;
  const places = window.batch * window.outputSide ** 2;
  const gathered = gatherWindows(graph, x.value, `input of output ${windowKey(window)}`, () => ({
    table: inputOfOutput(window),
    width: taps,
  }));
  const value = graph.op('ReduceMax', [gathered], [places, x.channels], { axes: [1], keepdims: 0 });
  tape.record(value, [x.value], (dy) => {
    const key = `windows of input ${windowKey(window)}`;
    const windowsOfInput = () => {
      const { table, width } = outputsOfInput(window);
      return { table: table.map((entry) => Math.ceil(entry / taps)), width };
    };
    const maxima = gatherWindows(graph, value, key, windowsOfInput);
    const gradients = gatherWindows(graph, dy, key, windowsOfInput);
    const own = graph.reshape(x.value, [x.value.shape[0] as number, 1, x.channels]);
    const isMaximum = graph.op('Equal', [maxima, own], maxima.shape);
    const chosen = graph.op('Cast', [isMaximum], maxima.shape, { to: DataType.FLOAT });
    tape.accumulate(x.value, () => graph.reduceSum(graph.mul(gradients, chosen), 1, false));
  });
  return { value, batch: x.batch, side: window.outputSide, channels: x.channels };
}
