import { InferenceSession, Tensor } from 'onnxruntime-node';
import t from 'tap';
import { GraphBuilder, model, type Value, valueInfo } from '../../onnx/src/graph/graph-builder.ts';
import { equalToMost, positive } from '../../onnx/src/operators/mask.ts';
import { encodeModel } from '../../onnx/src/protobuf/encode.ts';
import { DataType } from '../../onnx/src/protobuf/model.ts';

const [x, most]: [Value, Value] = [
  { name: 'x', shape: [6] },
  { name: 'most', shape: [6] },
];

/** Both masks as the provider has them, run on the CPU. */
async function masks(provider: 'cpu' | 'webgpu', of: { x: number[]; most: number[] }) {
  const graph = new GraphBuilder();
  const outputs = [positive({ graph, provider }, x), equalToMost({ graph, provider }, x, most)];
  const describe = ({ name, shape }: Value) => valueInfo(name, DataType.FLOAT, shape);
  const session = await InferenceSession.create(
    encodeModel(model(graph.graph('masks', [x, most].map(describe), outputs.map(describe)))),
  );
  const results = await session.run({
    x: new Tensor('float32', Float32Array.from(of.x), [6]),
    most: new Tensor('float32', Float32Array.from(of.most), [6]),
  });
  return outputs.map(({ name }) => Array.from(results[name]?.data as Float32Array));
}

t.test('masks are ones and zeros, for numbers of every size, by whatever operators', async (t) => {
  const given = {
    x: [0, 1e-30, 1, 2 ** 20, 1, 3e38],
    most: [0, 2e-30, 1, 2 ** 20 + 0.125, 2, 3e38],
  };
  const expected = [
    [0, 1, 1, 1, 1, 1],
    [1, 0, 1, 0, 0, 1],
  ];
  t.same(await masks('cpu', given), expected, 'by one HardSigmoid');
  t.same(await masks('webgpu', given), expected, 'by a comparison and a Cast');
});
