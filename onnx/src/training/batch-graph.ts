import { GraphBuilder, type Value, valueInfo } from '../graph/graph-builder.ts';
import { Tape } from '../graph/tape.ts';
import type { BatchStatistics } from '../operators/batch-norm.ts';
import { crossEntropy } from '../operators/cross-entropy.ts';
import { DataType } from '../protobuf/model.ts';
import {
  areFinite,
  GOOD_STEPS,
  isSet,
  type LossScale,
  lossWithin,
  nextScale,
  SCALE,
} from './loss-scale.ts';
import type { Parameter, TrainingNetwork } from './network.ts';
import { movingAverage, optimizerStateNames, runningAverage, update } from './optimizers.ts';
import type { StepScalar } from './step-scalars.ts';
import {
  averageOf,
  gradientOf,
  optimizerStateOf,
  type StepOptions,
  trainingState,
} from './training-state.ts';

export interface BatchInputs {
  readonly examples: Value;
  /** `int32[batch]`. */
  readonly labels: Value;
  readonly scalar: (name: StepScalar) => Value;
  /** Carried tensors by name, as they are before this batch. */
  readonly carried: ReadonlyMap<string, Value>;
}

export interface BatchOutputs {
  readonly loss: Value;
  readonly correct: Value;
  /** Carried tensors as they are after it. */
  readonly next: ReadonlyMap<string, Value>;
}

/** One batch: forward, loss, backward, and, where it completes a step, the updates. */
export function batchGraph(
  graph: GraphBuilder,
  network: TrainingNetwork,
  options: StepOptions,
  { examples, labels, scalar, carried }: BatchInputs,
): BatchOutputs {
  const tape = new Tape(graph);
  const { provider, threads, labelSmoothing, classWeights, accumulation } = options;
  const pass = { graph, tape, provider, threads };
  const values = parameterValues(graph, tape, network, carried);
  const { logits, statistics } = network.forward(pass, examples, (name) => lookUp(values, name));
  const { loss, correct } = crossEntropy(pass, logits, labels, labelSmoothing, classWeights);
  const mixed = lossScale(options, values);
  tape.accumulate(loss, () => mixed?.scale ?? graph.scalar(1));
  tape.backward();

  const { gradients, sums } = stepGradients(tape, {
    graph,
    network,
    options,
    scalar,
    values,
    mixed,
  });
  const finite = mixed && areFinite(graph, gradients.values());
  const averages = nextAverages(graph, network, values, statistics, finite);
  const apply = accumulation === 1 ? null : isSet(graph, scalar('apply'));
  const settled = mixed && finite ? settledScale(graph, mixed, finite, apply) : [];
  const next = new Map([...sums, ...averages, ...settled]);
  const current = new Map([...values, ...next]);
  const step = { network, options, scalar, current, gradients };
  const condition = apply && finite ? graph.op('And', [apply, finite], []) : (apply ?? finite);
  const updated = condition ? updatesWhen(graph, condition, step) : updates(graph, step);
  return {
    loss: mixed ? lossWithin(graph, loss, mixed) : loss,
    correct,
    next: new Map([...next, ...updated]),
  };
}

/** Carried tensors and frozen weights by name; asks for the gradients of what learns. */
function parameterValues(
  graph: GraphBuilder,
  tape: Tape,
  { parameters }: TrainingNetwork,
  carried: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const values = new Map(carried);
  for (const { name, kind, initial, dims } of parameters) {
    if (kind === 'frozen') values.set(name, graph.floats(initial, dims, name));
    else if (kind !== 'running average') tape.want(lookUp(values, name));
  }
  return values;
}

interface Backward {
  readonly graph: GraphBuilder;
  readonly network: TrainingNetwork;
  readonly options: StepOptions;
  readonly scalar: (name: StepScalar) => Value;
  readonly values: ReadonlyMap<string, Value>;
  readonly mixed: LossScale | null;
}

/** The gradients of a step up to this batch; `sums` are those that are carried to the next. */
function stepGradients(
  tape: Tape,
  { graph, network, options, scalar, values, mixed }: Backward,
): { gradients: Map<string, Value>; sums: Map<string, Value> } {
  const gradients = new Map<string, Value>();
  const sums = new Map<string, Value>();
  for (const parameter of network.parameters) {
    const { name, kind } = parameter;
    if (kind === 'running average' || kind === 'frozen') continue;
    const raw = masked(graph, parameter, tape.gradient(lookUp(values, name)));
    const fresh = mixed ? graph.mul(raw, graph.op('Reciprocal', [mixed.scale], [])) : raw;
    gradients.set(name, fresh);
    if (options.accumulation === 1) continue;
    const share = graph.mul(fresh, graph.scalar(1 / options.accumulation));
    const sum = graph.add(
      accumulatedGradient(graph, lookUp(values, gradientOf(name)), scalar, mixed),
      share,
    );
    gradients.set(name, sum);
    sums.set(gradientOf(name), sum);
  }
  return { gradients, sums };
}

/** The statistics of batch normalization; as they were where the gradients are not finite. */
function nextAverages(
  graph: GraphBuilder,
  { parameters }: TrainingNetwork,
  values: ReadonlyMap<string, Value>,
  statistics: ReadonlyMap<string, BatchStatistics>,
  finite: Value | null,
): Map<string, Value> {
  const next = new Map<string, Value>();
  for (const { name, kind } of parameters) {
    if (kind !== 'running average') continue;
    const old = lookUp(values, name);
    const fresh = nextAverage(graph, name, old, statistics);
    next.set(name, finite ? graph.op('Where', [finite, fresh, old], old.shape) : fresh);
  }
  return next;
}

/** @param apply whether the batch completes a step; null: each does */
function settledScale(
  graph: GraphBuilder,
  mixed: LossScale,
  finite: Value,
  apply: Value | null,
): [string, Value][] {
  const { scale, goodSteps } = nextScale(graph, mixed, finite);
  const settled = (fresh: Value, old: Value) =>
    apply ? graph.op('Where', [apply, fresh, old], []) : fresh;
  return [
    [SCALE, settled(scale, mixed.scale)],
    [GOOD_STEPS, settled(goodSteps, mixed.goodSteps)],
  ];
}

function lossScale(
  { precision }: StepOptions,
  values: ReadonlyMap<string, Value>,
): LossScale | null {
  if (precision === 'float32') return null;
  return { scale: lookUp(values, SCALE), goodSteps: lookUp(values, GOOD_STEPS) };
}

/** The sum of the gradients of the batches before this one in its step. */
function accumulatedGradient(
  graph: GraphBuilder,
  gradient: Value,
  scalar: (name: StepScalar) => Value,
  mixed: LossScale | null,
): Value {
  if (!mixed) return graph.mul(gradient, scalar('carry'));
  // What is left of a step that was left out may be infinite: no factor makes that zero.
  const carry = isSet(graph, scalar('carry'));
  return graph.op('Where', [carry, gradient, graph.scalar(0)], gradient.shape);
}

interface Step {
  readonly network: TrainingNetwork;
  readonly options: StepOptions;
  readonly scalar: (name: StepScalar) => Value;
  readonly current: ReadonlyMap<string, Value>;
  readonly gradients: ReadonlyMap<string, Value>;
}

function updates(
  graph: GraphBuilder,
  { network, options, scalar, current, gradients }: Step,
): Map<string, Value> {
  const { optimizer, averaging, weightDecay } = options;
  const next = new Map<string, Value>();
  for (const { name, kind } of network.parameters) {
    if (kind === 'frozen') continue;
    const gradient = gradients.get(name);
    if (gradient) {
      const states = optimizerStateNames(optimizer).map((state) => optimizerStateOf(state, name));
      const updated = update(graph, optimizer, {
        weight: lookUp(current, name),
        optimizerState: states.map((state) => lookUp(current, state)),
        gradient,
        weightDecay: kind === 'weight' ? weightDecay : 0,
        scalar,
      });
      next.set(name, updated.weight);
      states.forEach((state, i) => {
        next.set(state, updated.optimizerState[i] as Value);
      });
    }
    if (averaging === null) continue;
    const fresh = next.get(name) ?? lookUp(current, name);
    const average = lookUp(current, averageOf(name));
    next.set(averageOf(name), movingAverage(graph, average, fresh, scalar('emaWeight')));
  }
  return next;
}

/**
 * The same in a branch that is taken only where the condition, a bool, holds: at the end of a step
 * that is to count.
 */
function updatesWhen(graph: GraphBuilder, condition: Value, step: Step): Map<string, Value> {
  const branch = new GraphBuilder('apply/');
  const updated = [...updates(branch, step)];
  const otherwise = new GraphBuilder('keep/');
  const kept = updated.map(([name]) => {
    const value = lookUp(step.current, name);
    return otherwise.op('Identity', [value], value.shape);
  });
  graph.initializers.push(...branch.initializers.splice(0));
  const floats = (values: readonly Value[]) =>
    values.map(({ name, shape }) => valueInfo(name, DataType.FLOAT, shape));
  const results = new Map(
    updated.map(([name, { shape }]) => [name, { name: `applied ${name}`, shape }]),
  );
  graph.node(
    'If',
    [condition],
    [...results.values()].map(({ name }) => name),
    {
      then_branch: { graph: branch.graph('apply', [], floats(updated.map(([, value]) => value))) },
      else_branch: { graph: otherwise.graph('keep', [], floats(kept)) },
    },
  );
  return results;
}

function masked(graph: GraphBuilder, { mask }: Parameter, gradient: Value): Value {
  return mask ? graph.mul(gradient, graph.floats(mask, [mask.length, 1])) : gradient;
}

function nextAverage(
  graph: GraphBuilder,
  name: string,
  average: Value,
  statistics: ReadonlyMap<string, BatchStatistics>,
): Value {
  const batch = lookUp(statistics, name.slice(0, name.lastIndexOf('.')));
  return name.endsWith('.running_mean')
    ? runningAverage(graph, average, batch.mean)
    : runningAverage(graph, average, batch.variance, batch.rows / (batch.rows - 1));
}

/** @throws RangeError for a name that the graph was not built with: a defect of ours */
export function lookUp<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`the training graph lacks ${name}`);
  return value;
}

/** Every carried tensor before a batch, under the names that its graph gives to inputs. */
export function stateInputs(
  network: TrainingNetwork,
  options: StepOptions,
  named: (name: string) => string,
): Map<string, Value> {
  return new Map(
    trainingState(network.parameters, options).map(({ name, dims }) => [
      name,
      { name: named(name), shape: dims },
    ]),
  );
}
