import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/** Ranges below this are widened to it, so that no scale is zero. */
const LEAST_RANGE = 1e-8;

/**
 * An activation as INT8 inference will have it: rounded to 256 steps between its least and greatest value in this batch,
 * zero included. The gradient passes straight through (Bengio et al. 2013; Jacob et al. 2018).
 */
export function fakeQuantizeActivation(training: TrainingGraph, x: Value): Value {
  const { graph } = training;
  const extreme = (opType: 'ReduceMin' | 'ReduceMax') => graph.op(opType, [x], [], { keepdims: 0 });
  const zero = graph.scalar(0);
  const least = graph.op('Min', [extreme('ReduceMin'), zero], []);
  const most = graph.op('Max', [extreme('ReduceMax'), zero], []);
  const range = graph.op('Max', [graph.sub(most, least), graph.scalar(LEAST_RANGE)], []);
  const scale = graph.mul(range, graph.scalar(1 / 255));
  const level = graph.op('Round', [graph.op('Neg', [graph.op('Div', [least, scale], [])], [])], []);
  const zeroPoint = graph.op('Cast', [level], [], { to: DataType.UINT8 });
  return straightThrough(training, x, roundTrip(graph, x, scale, zeroPoint, {}));
}

/**
 * Weights as INT8 inference will have them: 255 symmetric steps for each output channel. Batch normalization, folded in
 * later, scales whole channels, which changes none of the integers.
 * @param axis Of the output channels.
 */
export function fakeQuantizeWeights(training: TrainingGraph, weights: Value, axis: 0 | 1): Value {
  const { graph } = training;
  const channels = weights.shape[axis] as number;
  const magnitude = graph.op('Abs', [weights], weights.shape);
  const most = graph.op('ReduceMax', [magnitude], [channels], { axes: [1 - axis], keepdims: 0 });
  const range = graph.op('Max', [most, graph.scalar(LEAST_RANGE)], [channels]);
  const scale = graph.mul(range, graph.scalar(1 / 127));
  const zeros = graph.shared(`int8 zeros ${channels}`, () => graph.int8s(new Int8Array(channels)));
  return straightThrough(training, weights, roundTrip(graph, weights, scale, zeros, { axis }));
}

function roundTrip(
  graph: GraphBuilder,
  x: Value,
  scale: Value,
  zeroPoint: Value,
  attributes: { axis?: number },
): Value {
  const quantized = graph.op('QuantizeLinear', [x, scale, zeroPoint], x.shape, attributes);
  return graph.op('DequantizeLinear', [quantized, scale, zeroPoint], x.shape, attributes);
}

function straightThrough({ tape }: TrainingGraph, x: Value, rounded: Value): Value {
  tape.record(rounded, [x], (dy) => tape.accumulate(x, () => dy));
  return rounded;
}
