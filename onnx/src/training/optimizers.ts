import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Optimizer } from './engine.ts';
import type { StepScalar } from './step-scalars.ts';

type ScalarOf = (name: StepScalar) => Value;

/** A weight and the optimizer state of it: velocity, or mean and square of its gradient. */
export interface OptimizedWeight {
  readonly weight: Value;
  readonly optimizerState: readonly Value[];
}

/** What one update of one weight follows from. */
export interface UpdateInputs extends OptimizedWeight {
  readonly gradient: Value;
  readonly weightDecay: number;
  readonly scalar: ScalarOf;
}

/** Names of the optimizer state of each weight, in the order of `OptimizedWeight.optimizerState`. */
export function optimizerStateNames({ kind }: Optimizer): readonly string[] {
  return kind === 'sgd' ? ['velocity'] : ['mean', 'square'];
}

export function update(
  graph: GraphBuilder,
  optimizer: Optimizer,
  inputs: UpdateInputs,
): OptimizedWeight {
  return optimizer.kind === 'sgd' ? sgd(graph, optimizer, inputs) : adamW(graph, optimizer, inputs);
}

/**
 * As torch.optim.SGD (dampening 0, not Nesterov): `velocity ← momentum·velocity + gradient +
 * weightDecay·weight`, `weight ← weight − learningRate·velocity`.
 */
function sgd(
  graph: GraphBuilder,
  { momentum }: Extract<Optimizer, { kind: 'sgd' }>,
  { weight, optimizerState, gradient, weightDecay, scalar }: UpdateInputs,
): OptimizedWeight {
  const [velocity] = optimizerState as [Value];
  const pull =
    weightDecay === 0
      ? gradient
      : graph.add(gradient, graph.mul(weight, graph.scalar(weightDecay)));
  const next = graph.add(graph.mul(velocity, graph.scalar(momentum)), pull);
  return {
    weight: graph.sub(weight, graph.mul(next, scalar('learningRate'))),
    optimizerState: [next],
  };
}

/** As torch.optim.AdamW: Loshchilov & Hutter 2019. */
function adamW(
  graph: GraphBuilder,
  { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adamw' }>,
  { weight, optimizerState, gradient, weightDecay, scalar }: UpdateInputs,
): OptimizedWeight {
  const [mean, square] = optimizerState as [Value, Value];
  const blend = (old: Value, fresh: Value, share: number) =>
    graph.add(graph.mul(old, graph.scalar(share)), graph.mul(fresh, graph.scalar(1 - share)));
  const nextMean = blend(mean, gradient, beta1);
  const nextSquare = blend(square, graph.mul(gradient, gradient), beta2);
  const root = graph.op('Sqrt', [graph.mul(nextSquare, scalar('squareCorrection'))], weight.shape);
  const direction = graph.op(
    'Div',
    [graph.mul(nextMean, scalar('meanCorrection')), graph.add(root, graph.scalar(epsilon))],
    weight.shape,
  );
  const shrink = graph.sub(
    graph.scalar(1),
    graph.mul(scalar('learningRate'), graph.scalar(weightDecay)),
  );
  const decayed = weightDecay === 0 ? weight : graph.mul(weight, shrink);
  return {
    weight: graph.sub(decayed, graph.mul(direction, scalar('learningRate'))),
    optimizerState: [nextMean, nextSquare],
  };
}

/** `old + share·(fresh − old)`, for a scalar share. */
export function movingAverage(graph: GraphBuilder, old: Value, fresh: Value, share: Value): Value {
  return graph.add(old, graph.mul(graph.sub(fresh, old), share));
}

/** As torch.nn.BatchNorm2d: a tenth of the batch's statistics each step, the variance unbiased. */
const RUNNING_SHARE = 0.1;

export function runningAverage(
  graph: GraphBuilder,
  average: Value,
  batch: Value,
  correction = 1,
): Value {
  const kept = graph.mul(average, graph.scalar(1 - RUNNING_SHARE));
  return graph.add(kept, graph.mul(batch, graph.scalar(RUNNING_SHARE * correction)));
}
