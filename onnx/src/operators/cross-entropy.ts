import type { Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * Mean cross-entropy of `logits[batch, classes]` against `labels: int32[batch]`, with label smoothing and weights of the
 * classes as torch.nn.CrossEntropyLoss: the target is `1 − s + s/classes` for the label, `s/classes` for the others, each
 * times the weight of its class; the sum is divided by the weights of the labels.
 * The loss is where differentiation begins: its gradient is 1.
 */
export function crossEntropy(
  { graph, tape }: TrainingGraph,
  logits: Value,
  labels: Value,
  smoothing: number,
  classWeights: readonly number[] | null = null,
): { loss: Value; correct: Value } {
  const [batch, classes] = logits.shape as [number, number];
  const off = smoothing / classes;
  const truth = graph.op('Cast', [labels], [batch], { to: DataType.INT64 });
  const smooth = graph.op(
    'OneHot',
    [truth, graph.int64s([classes]), graph.floats([off, 1 - smoothing + off], [2])],
    [batch, classes],
    { axis: -1 },
  );
  const weights = classWeights && graph.floats(classWeights, [1, classes]);
  const targets = weights ? graph.mul(smooth, weights) : smooth;
  const share = weights
    ? graph.op('Reciprocal', [sumOfWeights(graph, weights, truth)], [])
    : graph.scalar(1 / batch);
  const logProbabilities = graph.op('LogSoftmax', [logits], logits.shape, { axis: 1 });
  const total = graph.op('ReduceSum', [graph.mul(logProbabilities, targets)], [], { keepdims: 0 });
  const loss = graph.op('Neg', [graph.mul(total, share)], []);
  tape.record(loss, [logits], (gradient) => {
    const probabilities = graph.op('Softmax', [logits], logits.shape, { axis: 1 });
    const expected = weights
      ? graph.mul(probabilities, graph.reduceSum(targets, 1, true))
      : probabilities;
    tape.accumulate(logits, () =>
      graph.mul(graph.sub(expected, targets), graph.mul(gradient, share)),
    );
  });

  const predicted = graph.op('ArgMax', [logits], [batch], { axis: 1, keepdims: 0 });
  const right = graph.op('Equal', [predicted, truth], [batch]);
  const rightCounts = graph.op('Cast', [right], [batch], { to: DataType.INT32 });
  const correct = graph.op('ReduceSum', [rightCounts], [], { keepdims: 0 });
  return { loss, correct };
}

function sumOfWeights(graph: TrainingGraph['graph'], weights: Value, truth: Value): Value {
  const [, classes] = weights.shape as [number, number];
  const row = graph.reshape(weights, [classes]);
  return graph.op('ReduceSum', [graph.op('Gather', [row, truth], truth.shape, { axis: 0 })], [], {
    keepdims: 0,
  });
}
