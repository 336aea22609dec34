import type { Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * Mean cross-entropy of `logits[batch, classes]` against `labels: int32[batch]`, with label smoothing as
 * torch.nn.CrossEntropyLoss: the target is `1 − s + s/classes` for the label, `s/classes` for the others.
 * The loss is where differentiation begins: its gradient is 1.
 */
export function crossEntropy(
  { graph, tape }: TrainingGraph,
  logits: Value,
  labels: Value,
  smoothing: number,
): { loss: Value; correct: Value } {
  const [batch, classes] = logits.shape as [number, number];
  const off = smoothing / classes;
  const truth = graph.op('Cast', [labels], [batch], { to: DataType.INT64 });
  const targets = graph.op(
    'OneHot',
    [truth, graph.int64s([classes]), graph.floats([off, 1 - smoothing + off], [2])],
    [batch, classes],
    { axis: -1 },
  );
  const logProbabilities = graph.op('LogSoftmax', [logits], logits.shape, { axis: 1 });
  const total = graph.op('ReduceSum', [graph.mul(logProbabilities, targets)], [], { keepdims: 0 });
  const loss = graph.mul(total, graph.scalar(-1 / batch));
  tape.record(loss, (gradient) => {
    const probabilities = graph.op('Softmax', [logits], logits.shape, { axis: 1 });
    const difference = graph.sub(probabilities, targets);
    const scale = graph.mul(gradient, graph.scalar(1 / batch));
    tape.accumulate(logits, graph.mul(difference, scale));
  });

  const predicted = graph.op('ArgMax', [logits], [batch], { axis: 1, keepdims: 0 });
  const right = graph.op('Equal', [predicted, truth], [batch]);
  const rightCounts = graph.op('Cast', [right], [batch], { to: DataType.INT32 });
  const correct = graph.op('ReduceSum', [rightCounts], [], { keepdims: 0 });
  return { loss, correct };
}
