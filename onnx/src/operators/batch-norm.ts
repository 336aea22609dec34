import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import { type Feature, mapParts, type TrainingGraph } from '../graph/tape.ts';

/** As torch.nn.BatchNorm2d's default. */
export const BATCH_NORM_EPSILON = 1e-5;

/**
 * Statistics of the batch, for the running averages: `mean`, `variance: float32[1, channels]`,
 * variance biased.
 */
export interface BatchStatistics {
  readonly mean: Value;
  readonly variance: Value;
  readonly rows: number;
}

/**
 * Batch normalization in training mode over the rows of all parts; `gamma`, `beta: float32[1,
 * channels]`. Ioffe & Szegedy 2015. The gradient to the input is `dy·scale + x·slope + level` with
 * row vectors scale, slope, level.
 */
export function batchNorm(
  { graph, tape }: TrainingGraph,
  x: Feature,
  gamma: Value,
  beta: Value,
): { output: Feature; statistics: BatchStatistics } {
  const statistics = batchStatistics(graph, x);
  const { mean, variance, rows } = statistics;
  const inverse = inverseDeviation(graph, variance);
  const scale = graph.mul(gamma, inverse);
  const shift = graph.sub(beta, graph.mul(mean, scale));
  const output = mapParts(x, (part) => graph.add(graph.mul(part, scale), shift));

  tape.recordAll(output.parts, [...x.parts, gamma, beta], (gradients) => {
    const sums = gradients.map((dy) => graph.sumRows(dy));
    const products = gradients.map((dy, i) => graph.sumRows(graph.mul(dy, x.parts[i] as Value)));
    const dBeta = total(graph, sums);
    const dGamma = graph.mul(graph.sub(total(graph, products), graph.mul(mean, dBeta)), inverse);
    tape.accumulate(beta, () => dBeta);
    tape.accumulate(gamma, () => dGamma);
    if (!x.parts.some((part) => tape.wants(part))) return;
    // dx = scale·(dy − dBeta/rows − (x − mean)·inverse·dGamma/rows)
    const over = graph.scalar(-1 / rows);
    const slope = graph.mul(graph.mul(graph.mul(scale, inverse), dGamma), over);
    const level = graph.sub(graph.mul(graph.mul(scale, dBeta), over), graph.mul(mean, slope));
    gradients.forEach((dy, i) => {
      const part = x.parts[i] as Value;
      tape.accumulate(part, () =>
        graph.add(graph.add(graph.mul(dy, scale), graph.mul(part, slope)), level),
      );
    });
  });
  return { output, statistics };
}

/**
 * Mean and variance over the rows of all parts, each part's rows read while they are fresh: Chan,
 * Golub & LeVeque 1983. Differences from a part's own mean are squared, so that a large mean costs
 * no precision.
 */
function batchStatistics(graph: GraphBuilder, x: Feature): BatchStatistics {
  const [partRows] = (x.parts[0] as Value).shape as [number];
  const rows = partRows * x.parts.length;
  const parts = x.parts.map((part) => {
    const mean = graph.mul(graph.sumRows(part), graph.scalar(1 / partRows));
    const centred = graph.sub(part, mean);
    return { mean, squares: graph.sumRows(graph.mul(centred, centred)) };
  });
  const squares = total(
    graph,
    parts.map((part) => part.squares),
  );
  const [first] = parts as [(typeof parts)[0]];
  if (parts.length === 1) {
    return { mean: first.mean, variance: graph.mul(squares, graph.scalar(1 / rows)), rows };
  }
  const means = graph.concat(parts.map((part) => part.mean));
  const mean = graph.mul(graph.sumRows(means), graph.scalar(1 / parts.length));
  const apart = graph.sub(means, mean);
  const between = graph.mul(graph.sumRows(graph.mul(apart, apart)), graph.scalar(partRows));
  return { mean, variance: graph.mul(graph.add(squares, between), graph.scalar(1 / rows)), rows };
}

/** The sum of some row vectors. */
function total(graph: GraphBuilder, rows: readonly Value[]): Value {
  return rows.length === 1 ? (rows[0] as Value) : graph.sumRows(graph.concat(rows));
}

/**
 * Batch normalization by statistics that stay as they are, `mean`, `variance: float32[1,
 * channels]`: as in evaluation. For fine-tuning with few pictures a step, and for layers that are
 * frozen.
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
  const output = mapParts(x, (part) => graph.add(graph.mul(part, scale), shift));
  tape.recordAll(output.parts, [...x.parts, gamma, beta], (gradients) => {
    const dBeta = total(
      graph,
      gradients.map((dy) => graph.sumRows(dy)),
    );
    tape.accumulate(beta, () => dBeta);
    tape.accumulate(gamma, () => {
      const products = gradients.map((dy, i) => graph.sumRows(graph.mul(dy, x.parts[i] as Value)));
      return graph.mul(graph.sub(total(graph, products), graph.mul(mean, dBeta)), inverse);
    });
    gradients.forEach((dy, i) => {
      tape.accumulate(x.parts[i] as Value, () => graph.mul(dy, scale));
    });
  });
  return output;
}

function inverseDeviation(graph: GraphBuilder, variance: Value): Value {
  const shifted = graph.add(variance, graph.scalar(BATCH_NORM_EPSILON));
  const deviation = graph.op('Sqrt', [shifted], variance.shape);
  return graph.op('Reciprocal', [deviation], variance.shape);
}
