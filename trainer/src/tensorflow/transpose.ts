import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

const KERNEL = { kernelName: 'Transpose', backendName: 'cpu' } as const;
const MOST_AXES = 4;

/** What a kernel asks of the plain backend. */
interface PlainBackend {
  readSync(dataId: object): Float32Array;
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array): TensorInfo;
}

/**
 * Gives the plain backend another transposition of at most four axes: its own makes three arrays
 * for every number, of which the weights have eleven million.
 */
export function quickenTranspose(tf: TensorFlow): void {
  tf.unregisterKernel(KERNEL.kernelName, KERNEL.backendName);
  tf.registerKernel({
    ...KERNEL,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x } = inputs as { x: TensorInfo };
      const { perm } = attrs as unknown as { perm: number[] };
      const { readSync, makeTensorInfo } = backend as PlainBackend;
      const values = transposed(readSync.call(backend, x.dataId), x.shape, perm);
      const shape = perm.map((axis) => x.shape[axis] as number);
      return makeTensorInfo.call(backend, shape, x.dtype, values);
    },
  });
}

/** @throws RangeError More than four axes: none of ours has. */
function transposed(values: Float32Array, shape: number[], perm: readonly number[]): Float32Array {
  if (shape.length > MOST_AXES) throw new RangeError(`transposing ${shape.length} axes`);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const axes = perm.map((axis) => ({
    length: shape[axis] as number,
    stride: strides[axis] as number,
  }));
  while (axes.length < MOST_AXES) axes.unshift({ length: 1, stride: 0 });
  const [a, b, c, d] = axes as [Axis, Axis, Axis, Axis];
  const result = new Float32Array(values.length);
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      for (let k = 0; k < c.length; k++) {
        const from = i * a.stride + j * b.stride + k * c.stride;
        for (let l = 0; l < d.length; l++) result[at++] = values[from + l * d.stride] as number;
      }
    }
  }
  return result;
}

interface Axis {
  readonly length: number;
  readonly stride: number;
}
