import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import t from 'tap';
import '@tensorflow/tfjs-backend-cpu';
import { seededRandom } from '@edgeloop/protocol';
import { quickenFilterGradient } from '../../trainer/src/tensorflow/filter-gradient.ts';
import { loadTensorFlow } from '../../trainer/src/tensorflow/load-tensorflow.ts';
import { quickenTranspose } from '../../trainer/src/tensorflow/transpose.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-tensorflow-'));
t.teardown(() => rm(root, { recursive: true }));

const kernel = (name: string) => tf.getKernel(name, 'cpu').kernelFunc as tf.KernelFunc;
const kernels = () => ({
  gradient: kernel('Conv2DBackpropFilter'),
  transpose: kernel('Transpose'),
});
const read = ({ dataId }: tf.TensorInfo) => tf.backend().readSync(dataId) as Float32Array;
tf.enableProdMode();
await tf.ready();
const own = kernels();
quickenFilterGradient(tf);
quickenTranspose(tf);
const quicker = kernels();

t.test('without TensorFlow.js it says what to install', async (t) => {
  await t.rejects(loadTensorFlow(join(root, 'module.js')), {
    code: 'PROVIDER_MISSING',
    message:
      /npm install @tensorflow\/tfjs-core @tensorflow\/tfjs-backend-cpu @tensorflow\/tfjs-layers, or use the engine onnx/,
  });
});

t.test(
  'the fastest that is installed is taken; when it does not load, no slower one',
  async (t) => {
    const install = async (name: string) => {
      const folder = join(root, 'node_modules', name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'index.js'), `throw new Error('${name} lacks its library.');`);
    };
    for (const name of ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']) {
      await install(name);
      await t.rejects(loadTensorFlow(join(root, 'module.js')), {
        code: 'PROVIDER_MISSING',
        message: `Expected ${name} to load, since installed, received: ${name} lacks its library.`,
      });
    }
  },
);

/** Side of the input, kernel, stride: with and without rows that the stride leaves over. */
for (const [side, kernel, stride] of [
  [6, 3, 1],
  [9, 3, 2],
  [14, 7, 2],
  [5, 1, 2],
] as const) {
  t.test(`gradient of a ${kernel}×${kernel} filter, stride ${stride}`, async (t) => {
    const random = seededRandom(side);
    const noise = (shape: [number, number, number, number]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      return tf.tensor4d(
        Float32Array.from({ length }, () => random.between(-1, 1)),
        shape,
      );
    };
    const outputSide = Math.floor((side - kernel) / stride) + 1;
    const inputs = { x: noise([2, side, side, 3]), dy: noise([2, outputSide, outputSide, 4]) };
    const attrs = {
      strides: [stride, stride],
      pad: 'valid',
      dataFormat: 'NHWC',
      filterShape: [kernel, kernel, 3, 4],
    };
    const gradient = (kernelFunc: tf.KernelFunc) =>
      kernelFunc({ inputs, attrs, backend: tf.backend() }) as tf.TensorInfo;
    const [expected, quick] = [own, quicker].map((of) => read(gradient(of.gradient)));
    const worst = Math.max(
      ...(expected ?? []).map((v, i) => Math.abs(v - (quick?.[i] ?? Number.NaN))),
    );
    t.equal(quick?.length, kernel * kernel * 3 * 4);
    t.ok(worst < 1e-5, `largest difference ${worst}`);
  });
}

for (const [shape, perm] of [
  [
    [2, 3],
    [1, 0],
  ],
  [
    [2, 3, 4],
    [2, 0, 1],
  ],
  [
    [5, 4, 3, 2],
    [3, 2, 0, 1],
  ],
  [
    [2, 3, 1, 4],
    [1, 2, 0, 3],
  ],
] as [number[], number[]][]) {
  t.test(`${shape.join('×')} transposed to ${perm}`, async (t) => {
    const length = shape.reduce((product, n) => product * n, 1);
    const inputs = {
      x: tf.tensor(
        Float32Array.from({ length }, (_, i) => i),
        shape,
      ),
    };
    const [expected, quick] = [own, quicker].map((of) =>
      of.transpose({ inputs, attrs: { perm }, backend: tf.backend() }),
    ) as [tf.TensorInfo, tf.TensorInfo];
    t.not(own.transpose, quicker.transpose);
    t.same(quick.shape, expected.shape);
    t.same(read(quick), read(expected));
  });
}
