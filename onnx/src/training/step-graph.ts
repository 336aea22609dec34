import { GraphBuilder, model, type Value, valueInfo } from '../graph/graph-builder.ts';
import { DataType, type GraphProto, type ModelProto } from '../protobuf/model.ts';
import { type BatchOutputs, batchGraph, lookUp, stateInputs } from './batch-graph.ts';
import type { TrainingNetwork } from './network.ts';
import { STEP_SCALARS, type StepScalar } from './step-scalars.ts';
import type { StepOptions } from './training-state.ts';

export const nextOf = (name: string) => `next ${name}`;

const floats = (values: Iterable<Value>) =>
  [...values].map(({ name, shape }) => valueInfo(name, DataType.FLOAT, shape));

/**
 * Several batches as one model: an ONNX `Loop` that carries the weights, so that they stay in the
 * runtime.
 *
 * Inputs: `examples[batches, …]`, `labels: int32[batches, batch]`, `scalars: float32[batches,
 * STEP_SCALARS]`, `batches: int64[]`, and every tensor of `trainingState`. Outputs: `losses:
 * float32[batches]`, `correct: int32[batches]`, and the carried tensors as `next …`.
 */
export function loopModel(network: TrainingNetwork, options: StepOptions): ModelProto {
  const outer = new GraphBuilder();
  const carried = stateInputs(network, options, (name) => name);
  const body = loopBody(outer, network, options);
  const unchecked: Value = { name: '', shape: [] };
  const results = [...carried].map(([name, { shape }]) => ({ name: nextOf(name), shape }));
  outer.node(
    'Loop',
    [{ name: 'batches', shape: [] }, unchecked, ...carried.values()],
    [...results.map(({ name }) => name), 'losses', 'correct'],
    { body: { graph: body } },
  );
  const { dataType, dims } = network.examples;
  return model(
    outer.graph(
      'training',
      [
        valueInfo('examples', dataType, ['batches', ...dims]),
        valueInfo('labels', DataType.INT32, ['batches', dims[0] as number]),
        valueInfo('scalars', DataType.FLOAT, ['batches', STEP_SCALARS.length]),
        valueInfo('batches', DataType.INT64, []),
        ...floats(carried.values()),
      ],
      [
        ...floats(results),
        valueInfo('losses', DataType.FLOAT, ['batches']),
        valueInfo('correct', DataType.INT32, ['batches']),
      ],
    ),
  );
}

/**
 * One batch of the loop. Its constants stand in the outer graph, so that they are made once and not
 * for each batch.
 */
function loopBody(outer: GraphBuilder, network: TrainingNetwork, options: StepOptions): GraphProto {
  const graph = new GraphBuilder('step/', options.precision);
  const carried = stateInputs(network, options, (name) => `in ${name}`);
  const { dims } = network.examples;
  const index: Value = { name: 'index', shape: [] };
  const slice = (name: string, shape: readonly number[]) =>
    graph.op('Gather', [{ name, shape: [] }, index], shape, { axis: 0 });
  const { loss, correct, next } = batchGraph(graph, network, options, {
    examples: slice('examples', dims),
    labels: slice('labels', [dims[0] as number]),
    scalar: scalarOf(graph, slice('scalars', [STEP_SCALARS.length])),
    carried,
  });
  graph.node('Identity', [{ name: 'keepGoing', shape: [] }], ['out keepGoing']);
  outer.initializers.push(...graph.initializers.splice(0));
  return graph.graph(
    'step',
    [
      valueInfo('index', DataType.INT64, []),
      valueInfo('keepGoing', DataType.BOOL, []),
      ...floats(carried.values()),
    ],
    [
      valueInfo('out keepGoing', DataType.BOOL, []),
      ...floats([...carried.keys()].map((name) => lookUp(next, name))),
      ...floats([loss]),
      valueInfo(correct.name, DataType.INT32, []),
    ],
  );
}

/**
 * One batch as a model, for a provider that has no `Loop`. Inputs: `examples`, `labels:
 * int32[batch]`, `scalars: float32[STEP_SCALARS]` and the carried tensors; outputs: `losses`,
 * `correct` and the carried tensors as `next …`.
 */
export function batchModel(network: TrainingNetwork, options: StepOptions): ModelProto {
  const graph = new GraphBuilder('', options.precision);
  const carried = stateInputs(network, options, (name) => name);
  const { dataType, dims } = network.examples;
  const batch = dims[0] as number;
  const outputs = batchGraph(graph, network, options, {
    examples: { name: 'examples', shape: dims },
    labels: { name: 'labels', shape: [batch] },
    scalar: scalarOf(graph, { name: 'scalars', shape: [STEP_SCALARS.length] }),
    carried,
  });
  const results = nameOutputs(graph, outputs, carried.keys());
  return model(
    graph.graph(
      'training',
      [
        valueInfo('examples', dataType, dims),
        valueInfo('labels', DataType.INT32, [batch]),
        valueInfo('scalars', DataType.FLOAT, [STEP_SCALARS.length]),
        ...floats(carried.values()),
      ],
      [
        ...floats(results),
        valueInfo('losses', DataType.FLOAT, []),
        valueInfo('correct', DataType.INT32, []),
      ],
    ),
  );
}

function nameOutputs(
  graph: GraphBuilder,
  { loss, correct, next }: BatchOutputs,
  carried: Iterable<string>,
): Value[] {
  graph.node('Identity', [loss], ['losses']);
  graph.node('Identity', [correct], ['correct']);
  return [...carried].map((name) => {
    const value = lookUp(next, name);
    graph.node('Identity', [value], [nextOf(name)]);
    return { name: nextOf(name), shape: value.shape };
  });
}

function scalarOf(graph: GraphBuilder, scalars: Value): (name: StepScalar) => Value {
  const made = new Map<StepScalar, Value>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const column = graph.int64s([STEP_SCALARS.indexOf(name)]);
    const value = graph.reshape(graph.op('Gather', [scalars, column], [1], { axis: 0 }), []);
    made.set(name, value);
    return value;
  };
}
