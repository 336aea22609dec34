import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/** Ranges below this are widened to it, so that no scale is zero. */
const LEAST_RANGE = 1e-8;

/**
 * Activations as INT8 inference will have them: rounded to 256 steps between the least and the
 * greatest value in this batch, zero included. The gradient passes straight through (Bengio et al.
 * 2013; Jacob et al. 2018).
 */
export function fakeQuantizeFeature(training: TrainingGraph, x: Feature): Feature {
  return { ...x, parts: fakeQuantizeTogether(training, x.parts) };
}

/** The same for activations that are no picture's. */
export function fakeQuantizeActivation(training: TrainingGraph, x: Value): Value {
  const [rounded] = fakeQuantizeTogether(training, [x]);
  return rounded as Value;
}

function fakeQuantizeTogether(training: TrainingGraph, parts: readonly Value[]): Value[] {
  const { graph } = training;
  const zero = graph.scalar(0);
  const extreme = (pick: 'Min' | 'Max') => {
    const ofParts = parts.map((part) => graph.op(`Reduce${pick}`, [part], [], { keepdims: 0 }));
    return graph.op(pick, [...ofParts, zero], []);
  };
  const least = extreme('Min');
  const range = graph.op('Max', [graph.sub(extreme('Max'), least), graph.scalar(LEAST_RANGE)], []);
  const scale = graph.mul(range, graph.scalar(1 / 255));
  const level = graph.op('Round', [graph.op('Neg', [graph.op('Div', [least, scale], [])], [])], []);
  const zeroPoint = graph.op('Cast', [level], [], { to: DataType.UINT8 });
  return parts.map((part) =>
    straightThrough(training, part, roundTrip(graph, part, scale, zeroPoint, {})),
  );
}

/**
 * Weights as INT8 inference will have them: 255 symmetric steps for each output channel. Batch
 * normalization, folded in later, scales whole channels, which changes none of the integers.
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
