import type { FloatTensor } from '@edgeloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

/**
 * From torchvision's layout: a convolution's `[out, in, kernel, kernel]` becomes `[kernel, kernel,
 * in, out]`.
 */
export function fromTorchLayout(tf: TensorFlow, { dims, data }: FloatTensor): Tensor {
  const tensor = tf.tensor(data, [...dims], 'float32');
  return dims.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
}

/** The reverse of `fromTorchLayout`. */
export function toTorchLayout(tf: TensorFlow, tensor: Tensor): FloatTensor {
  const torch = tensor.rank === 4 ? tf.transpose(tensor, [3, 2, 0, 1]) : tensor.clone();
  // A copy: what the plain backend hands out are the tensor's own numbers.
  const data = (torch.dataSync() as Float32Array).slice();
  torch.dispose();
  return { dims: torch.shape, data };
}
