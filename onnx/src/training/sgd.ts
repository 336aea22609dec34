import type { GraphBuilder, Value } from '../graph/graph-builder.ts';

/**
 * Stochastic gradient descent with momentum, as torch.optim.SGD (dampening 0, not Nesterov):
 * `velocity ← momentum·velocity + gradient + weightDecay·weight`, `weight ← weight − learningRate·velocity`.
 */
export function sgd(
  graph: GraphBuilder,
  weight: Value,
  velocity: Value,
  gradient: Value,
  learningRate: Value,
  options: { readonly momentum: number; readonly weightDecay: number },
): { weight: Value; velocity: Value } {
  const pull =
    options.weightDecay === 0
      ? gradient
      : graph.add(gradient, graph.mul(weight, graph.scalar(options.weightDecay)));
  const next = graph.add(graph.mul(velocity, graph.scalar(options.momentum)), pull);
  return { weight: graph.sub(weight, graph.mul(next, learningRate)), velocity: next };
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
