import { initialResNet18, PLAIN_TRAINING, type Precision, type Provider } from '@edgeloop/onnx';
import t from 'tap';
import { GraphBuilder } from '../../onnx/src/graph/graph-builder.ts';
import { formsOf } from '../../onnx/src/operators/convolution-form.ts';
import { layOutConvolutions, picturesOfPart } from '../../onnx/src/training/convolution-layout.ts';
import { resnet18Network } from '../../onnx/src/training/resnet18-network.ts';
import { batchModel } from '../../onnx/src/training/step-graph.ts';

/** Provider, precision, size and batch → pictures of a part in the stem and the four stages. */
const CASES: readonly [Provider, Precision, number, number, readonly number[]][] = [
  ['cpu', 'float32', 64, 32, [8, 16, 32, 32, 32]],
  ['cpu', 'float32', 224, 32, [1, 1, 2, 4, 8]],
  ['cpu', 'float32', 224, 30, [1, 1, 2, 2, 10]],
  ['cpu', 'float32', 448, 7, [1, 1, 1, 1, 1]],
  ['cpu', 'float32', 32, 1, [1, 1, 1, 1, 1]],
  ['cuda', 'float32', 64, 128, [128, 128, 128, 128, 128]],
  ['cuda', 'mixed', 224, 64, [64, 64, 64, 64, 64]],
  ['cuda', 'float32', 224, 128, [64, 128, 128, 128, 128]],
  ['cuda', 'float32', 448, 7, [7, 7, 7, 7, 7]],
  ['webgpu', 'float32', 64, 128, [128, 128, 128, 128, 128]],
  ['webgpu', 'float32', 224, 32, [8, 8, 16, 32, 32]],
  ['webgpu', 'float32', 224, 30, [10, 10, 10, 30, 30]],
  ['webgpu', 'mixed', 224, 32, [1, 1, 2, 4, 8]],
];

for (const [provider, precision, size, batch, pictures] of CASES) {
  const of = { provider, precision, size, batch };
  t.test(`parts of ${batch} pictures of ${size}² on ${provider} in ${precision}`, (t) => {
    t.same(
      pictures.map((_, stage) => picturesOfPart(of, stage)),
      pictures,
    );
    pictures.forEach((each, stage) => {
      t.equal(batch % each, 0, 'they divide the batch');
      t.equal(each % (pictures[stage - 1] ?? 1), 0, 'and are the joined parts of the stage before');
    });
    for (const { window, parts } of layOutConvolutions(of)) t.equal(window.pictures * parts, batch);
    t.end();
  });
}

const [CLASSES, WEBGPU_BINDS] = [3, 128 * 2 ** 20];
const init = initialResNet18({ classes: CLASSES, seed: 1 });

/** The step's nodes, and bytes of the largest value that one of them makes. */
function step(provider: Provider, size: number, batch: number) {
  const options = { ...PLAIN_TRAINING, provider, size, batch, threads: 2, classes: CLASSES, init };
  const { op } = GraphBuilder.prototype;
  let largest = 0;
  GraphBuilder.prototype.op = function record(opType, inputs, shape, attributes) {
    largest = Math.max(largest, 4 * shape.reduce((product, n) => product * n, 1));
    return op.call(this, opType, inputs, shape, attributes);
  };
  try {
    const model = batchModel(resnet18Network(options), options);
    return { nodes: model.graph?.node ?? [], largest };
  } finally {
    GraphBuilder.prototype.op = op;
  }
}

t.test('no value of a step on WebGPU is larger than what any WebGPU binds', (t) => {
  for (const [size, batch] of [
    [64, 128],
    [160, 26],
    [192, 18],
    [224, 13],
    [224, 32],
    [448, 3],
  ] as const) {
    const { largest } = step('webgpu', size, batch);
    t.ok(largest <= WEBGPU_BINDS, `${size}², ${batch}: ${largest}`);
    t.ok(largest > WEBGPU_BINDS / 3, `${size}², ${batch}: ${largest} makes use of it`);
  }
  t.end();
});

t.test(
  'on CUDA every convolution that can is by Conv, elsewhere none unless it was measured',
  (t) => {
    const convolutions = (provider: Provider) =>
      step(provider, 64, 32).nodes.filter(({ opType }) => opType === 'Conv').length;
    const forms = layOutConvolutions({
      provider: 'cuda',
      precision: 'float32',
      size: 64,
      batch: 32,
    }).map(formsOf);
    const forward = forms.filter(({ forward }) => forward.includes('convolve')).length;
    const backward = forms.filter(({ inputGradient }) => inputGradient.includes('convolve')).length;
    // No one wants the gradient to the pixels.
    t.equal(convolutions('cuda'), forward + backward - 1);
    t.equal(convolutions('cpu'), 0);
    t.equal(convolutions('webgpu'), 0);
    t.end();
  },
);
