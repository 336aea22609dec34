import type { Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';

/**
 * `x[batch, in] · weightsᵀ + bias`, `weights: float32[out, in]`, `bias: float32[out]`, as
 * torch.nn.Linear.
 */
export function linear(
  { graph, tape }: TrainingGraph,
  x: Value,
  weights: Value,
  bias: Value,
): Value {
  const shape = [x.shape[0] as number, weights.shape[0] as number];
  const value = graph.op('Gemm', [x, weights, bias], shape, { transB: 1 });
  tape.record(value, [x, weights, bias], (dy) => {
    tape.accumulate(weights, () => graph.matMulTransposedA(dy, x));
    tape.accumulate(bias, () => graph.reduceSum(dy, 0, false));
    tape.accumulate(x, () => graph.matMul(dy, weights));
  });
  return value;
}
