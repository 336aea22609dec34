import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * Mixed precision (Micikevicius et al. 2018): matrix products in float16, everything else in
 * float32. The loss is scaled up, so that small gradients are not rounded to zero in float16, and
 * gradients are scaled down again before they are used. A step whose gradient is not finite is left
 * out and halves the scale; many good ones in a row double it.
 */
export interface LossScale {
  readonly scale: Value;
  readonly goodSteps: Value;
}

const FIRST_SCALE = 2 ** 12;
const GREATEST_SCALE = 2 ** 24;
/** Below it, it is not the scale that makes gradients infinite. */
const LEAST_SCALE = 2 ** -10;
const GOOD_STEPS_TO_DOUBLE = 200;

/** Carried as weights are, under names that no parameter has. */
export const SCALE = 'loss scale';
export const GOOD_STEPS = 'good steps';

export const LOSS_SCALE_STATE = [
  { name: SCALE, dims: [], initial: Float32Array.of(FIRST_SCALE) },
  { name: GOOD_STEPS, dims: [], initial: null },
] as const;

/** Whether all elements are numbers that can be counted with, as a bool. */
export function areFinite(graph: GraphBuilder, gradients: Iterable<Value>): Value {
  const sums = [...gradients].map((gradient) =>
    graph.op('ReduceSum', [graph.op('Abs', [gradient], gradient.shape)], [], { keepdims: 0 }),
  );
  const total = sums.reduce((sum, next) => graph.add(sum, next));
  return graph.op('Less', [total, graph.scalar(FLOAT32_MAX)], []);
}

const FLOAT32_MAX = Math.fround(3.4028234663852886e38);

/** After a step whose gradients were finite, or were not. */
export function nextScale(
  graph: GraphBuilder,
  { scale, goodSteps }: LossScale,
  finite: Value,
): LossScale {
  const select = (condition: Value, then: Value, otherwise: Value) =>
    graph.op('Where', [condition, then, otherwise], []);
  const counted = graph.add(goodSteps, graph.scalar(1));
  const due = graph.op('Greater', [counted, graph.scalar(GOOD_STEPS_TO_DOUBLE - 0.5)], []);
  const doubled = graph.op(
    'Min',
    [graph.mul(scale, graph.scalar(2)), graph.scalar(GREATEST_SCALE)],
    [],
  );
  return {
    scale: select(finite, select(due, doubled, scale), graph.mul(scale, graph.scalar(0.5))),
    goodSteps: select(finite, select(due, graph.scalar(0), counted), graph.scalar(0)),
  };
}

/**
 * The loss, or NaN once no scale makes the gradients finite: steps would be left out for ever, in
 * silence.
 */
export function lossWithin(graph: GraphBuilder, loss: Value, { scale }: LossScale): Value {
  const hopeless = graph.op('Less', [scale, graph.scalar(LEAST_SCALE)], []);
  return graph.op('Where', [hopeless, graph.floats([Number.NaN], []), loss], []);
}

/** Scalars that are 0 or 1, as a bool. */
export function isSet(graph: GraphBuilder, flag: Value): Value {
  return graph.op('Cast', [flag], [], { to: DataType.BOOL });
}
