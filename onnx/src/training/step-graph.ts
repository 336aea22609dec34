import { GraphBuilder, model, type Value, valueInfo } from '../graph/graph-builder.ts';
import { Tape } from '../graph/tape.ts';
import { crossEntropy } from '../operators/cross-entropy.ts';
import { DataType, type GraphProto, type ModelProto } from '../protobuf/model.ts';
import { runningAverage, sgd } from './sgd.ts';
import { type Parameter, trainingNetwork } from './training-network.ts';

export interface StepOptions {
  readonly size: number;
  readonly batch: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
}

const velocityOf = (name: string) => `velocity ${name}`;
export const nextOf = (name: string) => `next ${name}`;

/** What is carried from step to step: every parameter, and a velocity for each that has a gradient. */
export function carriedTensors(
  parameters: readonly Parameter[],
): { name: string; dims: readonly number[] }[] {
  return parameters.flatMap(({ name, dims, kind }) =>
    kind === 'running average'
      ? [{ name, dims }]
      : [
          { name, dims },
          { name: velocityOf(name), dims },
        ],
  );
}

/**
 * Several training steps as one model: an ONNX `Loop` that carries the weights, so that they stay in the runtime.
 *
 * Inputs: `images: uint8[steps, batch, size, size, 3]`, `labels: int32[steps, batch]`, `learningRates: float32[steps]`,
 * `steps: int64[]`, and every tensor of `carriedTensors`. Outputs: `losses: float32[steps]`, `correct: int32[steps]`, and
 * the carried tensors as `next …`.
 */
export function stepModel(parameters: readonly Parameter[], options: StepOptions): ModelProto {
  const { batch, size } = options;
  const outer = new GraphBuilder();
  const carried = carriedTensors(parameters);
  const body = stepBody(outer, parameters, options);
  const unchecked: Value = { name: '', shape: [] };
  outer.node(
    'Loop',
    [
      { name: 'steps', shape: [] },
      unchecked,
      ...carried.map(({ name, dims }) => ({ name, shape: dims })),
    ],
    [...carried.map(({ name }) => nextOf(name)), 'losses', 'correct'],
    { body: { graph: body } },
  );
  const tensors = (prefix: (name: string) => string) =>
    carried.map(({ name, dims }) => valueInfo(prefix(name), DataType.FLOAT, dims));
  return model(
    outer.graph(
      'training',
      [
        valueInfo('images', DataType.UINT8, ['steps', batch, size, size, 3]),
        valueInfo('labels', DataType.INT32, ['steps', batch]),
        valueInfo('learningRates', DataType.FLOAT, ['steps']),
        valueInfo('steps', DataType.INT64, []),
        ...tensors((name) => name),
      ],
      [
        ...tensors(nextOf),
        valueInfo('losses', DataType.FLOAT, ['steps']),
        valueInfo('correct', DataType.INT32, ['steps']),
      ],
    ),
  );
}

/** One step. Its constants stand in the outer graph, so that they are made once and not for each step. */
function stepBody(
  outer: GraphBuilder,
  parameters: readonly Parameter[],
  options: StepOptions,
): GraphProto {
  const { batch, size } = options;
  const graph = new GraphBuilder('step/');
  const tape = new Tape(graph);
  const bodyInput = (name: string) => `in ${name}`;
  const byName = new Map(
    carriedTensors(parameters).map(({ name, dims }) => [
      name,
      { name: bodyInput(name), shape: dims },
    ]),
  );
  const carried = (name: string) => byName.get(name) as Value;
  const step: Value = { name: 'step', shape: [] };
  const slice = (name: string, shape: readonly number[]) =>
    graph.op('Gather', [{ name, shape: [] }, step], shape, { axis: 0 });

  const pixels = slice('images', [batch, size, size, 3]);
  const { logits, statistics } = trainingNetwork({ graph, tape }, pixels, carried);
  const labels = slice('labels', [batch]);
  const { loss, correct } = crossEntropy({ graph, tape }, logits, labels, options.labelSmoothing);
  tape.accumulate(loss, graph.scalar(1));
  tape.backward();

  const learningRate = slice('learningRates', []);
  const outputs = new Map<string, Value>();
  for (const parameter of parameters) {
    const { name, kind, mask } = parameter;
    if (kind === 'running average') {
      outputs.set(name, nextAverage(graph, name, carried(name), statistics));
      continue;
    }
    const full = tape.gradient(carried(name));
    const gradient = mask ? graph.mul(full, graph.floats(mask, [mask.length, 1])) : full;
    const weightDecay = kind === 'weight' ? options.weightDecay : 0;
    const { momentum } = options;
    const next = sgd(graph, carried(name), carried(velocityOf(name)), gradient, learningRate, {
      momentum,
      weightDecay,
    });
    outputs.set(name, next.weight);
    outputs.set(velocityOf(name), next.velocity);
  }
  graph.node('Identity', [{ name: 'keepGoing', shape: [] }], ['out keepGoing']);

  outer.initializers.push(...graph.initializers.splice(0));
  const floats = (values: Iterable<Value>) =>
    [...values].map(({ name, shape }) => valueInfo(name, DataType.FLOAT, shape));
  return graph.graph(
    'step',
    [
      valueInfo('step', DataType.INT64, []),
      valueInfo('keepGoing', DataType.BOOL, []),
      ...floats(byName.values()),
    ],
    [
      valueInfo('out keepGoing', DataType.BOOL, []),
      ...floats([...byName.keys()].map((name) => outputs.get(name) as Value)),
      ...floats([loss]),
      valueInfo(correct.name, DataType.INT32, []),
    ],
  );
}

function nextAverage(
  graph: GraphBuilder,
  name: string,
  average: Value,
  statistics: ReadonlyMap<string, { mean: Value; variance: Value; rows: number }>,
): Value {
  const dot = name.lastIndexOf('.');
  const batch = statistics.get(name.slice(0, dot)) as {
    mean: Value;
    variance: Value;
    rows: number;
  };
  return name.endsWith('.running_mean')
    ? runningAverage(graph, average, batch.mean)
    : runningAverage(graph, average, batch.variance, batch.rows / (batch.rows - 1));
}
