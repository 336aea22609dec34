import type { TrainingOptions } from '@edgeloop/onnx';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

/**
 * Mean cross-entropy as torch.nn.CrossEntropyLoss, with label smoothing and weights of the classes.
 */
export function crossEntropy(
  tf: TensorFlow,
  logits: Tensor2D,
  labels: Tensor1D,
  options: Pick<TrainingOptions, 'classes' | 'labelSmoothing' | 'classWeights'>,
): Scalar {
  const { classes, labelSmoothing, classWeights } = options;
  const weights = classWeights ? tf.tensor1d([...classWeights]) : tf.ones([classes]);
  const truth = tf.oneHot(labels, classes);
  const smooth = tf.add(tf.mul(truth, 1 - labelSmoothing), labelSmoothing / classes);
  const surprise = tf.neg(tf.sum(tf.mul(tf.mul(smooth, weights), tf.logSoftmax(logits))));
  return tf.div(surprise, tf.sum(tf.mul(truth, weights)));
}

/** How many of the batch have their highest logit at the label. */
export function countCorrect(tf: TensorFlow, logits: Tensor2D, labels: Tensor1D): Scalar {
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32'));
}
