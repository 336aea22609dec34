import type { NamedAttrMap, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

const KERNEL = { kernelName: 'Conv2DBackpropFilter', backendName: 'cpu' } as const;

/**
 * Gives the plain backend another gradient of a convolution's filter: its own reads every number
 * through an accessor, and is three quarters of a step. It is a convolution as well, of the input
 * by the output's gradient, with the batch as the channels and the stride as the dilation. For
 * 'valid' padding, NHWC.
 */
export function quickenFilterGradient(tf: TensorFlow): void {
  tf.unregisterKernel(KERNEL.kernelName, KERNEL.backendName);
  tf.registerKernel({
    ...KERNEL,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      return tf.tidy(() => filterGradient(tf, x, dy, attrs as NamedAttrMap));
    },
  });
}

function filterGradient(tf: TensorFlow, x: Tensor4D, dy: Tensor4D, attrs: NamedAttrMap): Tensor4D {
  const [height, width, inChannels, outChannels] = attrs.filterShape as Tensor4D['shape'];
  const taps = tf.conv2d(
    tf.transpose(x, [3, 1, 2, 0]),
    tf.transpose(dy, [1, 2, 0, 3]),
    ...([1, 'valid', 'NHWC', attrs.strides as [number, number]] as const),
  );
  // A stride that leaves rows of the input over makes more taps of them.
  const isWhole = taps.shape[1] === height && taps.shape[2] === width;
  const own = isWhole ? taps : tf.slice(taps, 0, [inChannels, height, width, outChannels]);
  return tf.transpose(own, [1, 2, 0, 3]);
}
