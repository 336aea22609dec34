import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Feature, TrainingGraph } from '../graph/tape.ts';

/** As torch.nn.BatchNorm2d's default. */
export const BATCH_NORM_EPSILON = 1e-5;

/** Statistics of the batch, for the running averages: `mean`, `variance: float32[1, channels]`, variance biased. */
export interface BatchStatistics {
  readonly mean: Value;
  readonly variance: Value;
  readonly rows: number;
}

/**
 * Batch normalization in training mode over the rows of `x[rows, channels]`; `gamma`, `beta: float32[1, channels]`.
 * Ioffe & Szegedy 2015. The gradient to the input is `x·A + dy·scale + C` with row vectors A and C.
 */
export function batchNorm(
  { graph, tape }: TrainingGraph,
  x: Feature,
  gamma: Value,
  beta: Value,
): { output: Feature; statistics: BatchStatistics } {
  const [rows, channels] = x.value.shape as [number, number];
  const over = graph.scalar(1 / rows);
  const meanOf = (value: Value) =>
    graph.op('ReduceMean', [value], [1, channels], { axes: [0], keepdims: 1 });

  const mean = meanOf(x.value);
  const centred = graph.sub(x.value, mean);
  const variance = meanOf(graph.mul(centred, centred));
  const inverse = inverseDeviation(graph, variance);
  const scale = graph.mul(gamma, inverse);
  const value = graph.add(graph.mul(centred, scale), beta);

  tape.record(value, [x.value, gamma, beta], (dy) => {
    const dBeta = graph.reduceSum(dy, 0, true);
    const dGamma = graph.mul(graph.reduceSum(graph.mul(dy, centred), 0, true), inverse);
    tape.accumulate(beta, () => dBeta);
    tape.accumulate(gamma, () => dGamma);
    tape.accumulate(x.value, () => {
      // dx = scale·(dy − dBeta/rows − centred·inverse·dGamma/rows)
      const slope = graph.mul(graph.mul(inverse, dGamma), over);
      const level = graph.mul(dBeta, over);
      const inner = graph.sub(graph.sub(dy, graph.mul(centred, slope)), level);
      return graph.mul(inner, scale);
    });
  });
  return { output: { ...x, value }, statistics: { mean, variance, rows } };
}

/**
 * Batch normalization by statistics that stay as they are, `mean`, `variance: float32[1, channels]`: as in evaluation.
 * For fine-tuning with few pictures a step, and for layers that are frozen.
 */
export function frozenBatchNorm(
  { graph, tape }: TrainingGraph,
  x: Feature,
  parameters: { gamma: Value; beta: Value; mean: Value; variance: Value },
): Feature {
  const { gamma, beta, mean, variance } = parameters;
  const inverse = inverseDeviation(graph, variance);
  const scale = graph.mul(gamma, inverse);
  const shift = graph.sub(beta, graph.mul(mean, scale));
  const value = graph.add(graph.mul(x.value, scale), shift);
  tape.record(value, [x.value, gamma, beta], (dy) => {
    tape.accumulate(beta, () => graph.reduceSum(dy, 0, true));
    tape.accumulate(gamma, () => {
      const normalized = graph.mul(graph.sub(x.value, mean), inverse);
      return graph.reduceSum(graph.mul(dy, normalized), 0, true);
    });
    tape.accumulate(x.value, () => graph.mul(dy, scale));
  });
  return { ...x, value };
}

function inverseDeviation(graph: GraphBuilder, variance: Value): Value {
  const shifted = graph.add(variance, graph.scalar(BATCH_NORM_EPSILON));
  const deviation = graph.op('Sqrt', [shifted], variance.shape);
  return graph.op('Reciprocal', [deviation], variance.shape);
}
