import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { TrainingGraph } from '../graph/tape.ts';
import { DataType } from '../protobuf/model.ts';

/**
 * Mean cross-entropy of `logits[batch, classes]` against `labels: int32[batch]`, with label
 * smoothing and weights of the classes as torch.nn.CrossEntropyLoss: the target is `1 − s +
 * s/classes` for the label, `s/classes` for the others, each times the weight of its class; the sum
 * is divided by the weights of the labels. The loss is where differentiation begins: its gradient
 * is 1.
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
  const hot = graph.mul(oneHot(graph, labels, classes), graph.scalar(1 - smoothing));
  const smooth = smoothing === 0 ? hot : graph.add(hot, graph.scalar(off));
  const weights = classWeights && graph.floats(classWeights, [1, classes]);
  const targets = weights ? graph.mul(smooth, weights) : smooth;
  const share = weights
    ? graph.op('Reciprocal', [sumOfWeights(graph, weights, labels)], [])
    : graph.scalar(1 / batch);
  const total = graph.op('ReduceSum', [graph.mul(logSoftmax(graph, logits), targets)], [], {
    keepdims: 0,
  });
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
  const narrow = graph.op('Cast', [predicted], [batch], { to: DataType.INT32 });
  const right = graph.op('Equal', [narrow, labels], [batch]);
  const rightCounts = graph.op('Cast', [right], [batch], { to: DataType.INT32 });
  const correct = graph.op('ReduceSum', [rightCounts], [], { keepdims: 0 });
  return { loss, correct };
}

/**
 * `float32[batch, classes]`. Not `OneHot`, which the WebGPU provider lacks, as it lacks comparisons
 * of int64.
 */
function oneHot(graph: GraphBuilder, labels: Value, classes: number): Value {
  const [batch] = labels.shape as [number];
  const shape = [batch, classes];
  const row = graph.int32s(
    Int32Array.from({ length: classes }, (_, label) => label),
    [1, classes],
  );
  const equal = graph.op('Equal', [graph.reshape(labels, [batch, 1]), row], shape);
  return graph.op('Cast', [equal], shape, { to: DataType.FLOAT });
}

/** Over the classes. Not `LogSoftmax`, which the WebGPU provider lacks. */
function logSoftmax(graph: GraphBuilder, logits: Value): Value {
  const [batch] = logits.shape as [number];
  const most = graph.op('ReduceMax', [logits], [batch, 1], { axes: [1], keepdims: 1 });
  const shifted = graph.sub(logits, most);
  const sum = graph.reduceSum(graph.op('Exp', [shifted], logits.shape), 1, true);
  return graph.sub(shifted, graph.op('Log', [sum], [batch, 1]));
}

function sumOfWeights(graph: GraphBuilder, weights: Value, labels: Value): Value {
  const [, classes] = weights.shape as [number, number];
  const row = graph.reshape(weights, [classes]);
  return graph.op('ReduceSum', [graph.op('Gather', [row, labels], labels.shape, { axis: 0 })], [], {
    keepdims: 0,
  });
}
