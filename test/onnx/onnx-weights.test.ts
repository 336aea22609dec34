import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adoptResNet18,
  decodeModel,
  encodeModel,
  exportResNet18,
  initialResNet18,
  OnnxError,
  readWeightTensors,
  type Weights,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { python, torchMissing } from '../stand/trainer/torch.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-onnx-weights-'));
t.teardown(() => rm(folder, { recursive: true }));

const CLASSES = 3;
const read = (bytes: Uint8Array) => readWeightTensors(bytes, 'model.onnx');
const adopted = (bytes: Uint8Array) =>
  adoptResNet18(read(bytes), { classes: CLASSES, seed: 99 }).weights;
const exported = (weights: Weights) => exportResNet18(weights, { size: 32, classes: CLASSES });

/** As after training: nothing is 0 or 1 any more. */
const trained: Weights = new Map(
  [...initialResNet18({ classes: CLASSES, seed: 5 })].map(([name, { dims, data }]) => {
    const random = seededRandom(data.length);
    return [name, { dims, data: data.map((v) => v + random.between(0.01, 0.2)) }];
  }),
);
const ours = exported(trained);

/** Tensors that are not the same, bit for bit. */
function differing(some: Weights, others: Weights): string[] {
  return [...new Set([...some.keys(), ...others.keys()])].filter((name) => {
    const [a, b] = [some.get(name), others.get(name)];
    return a?.dims.join() !== b?.dims.join() || !bytesOf(a).equals(bytesOf(b));
  });
}
const bytesOf = (tensor: { data: Float32Array } | undefined) =>
  tensor
    ? Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
    : Buffer.alloc(0);

type Model = ReturnType<typeof decodeModel>;

function changed(change: (graph: NonNullable<Model['graph']>) => void): Uint8Array {
  const model = structuredClone(decodeModel(ours));
  change(model.graph as NonNullable<Model['graph']>);
  return encodeModel(model);
}

t.test('a model that was exported is the same model when it comes back', async (t) => {
  const again = exported(adopted(ours));
  t.ok(Buffer.from(again).equals(ours), 'bit for bit, so the logits are');
});

t.test('names do not matter, nor the order of nodes, nor who passes a tensor on', async (t) => {
  const other = changed((graph) => {
    const names = new Map(graph.initializer?.map(({ name = '' }, i) => [name, `onnx::Conv_${i}`]));
    for (const tensor of graph.initializer ?? []) tensor.name = names.get(tensor.name ?? '') ?? '';
    for (const node of graph.node ?? []) {
      node.input = (node.input ?? []).map((name) => names.get(name) ?? name);
      if (node.opType === 'Add') node.input?.reverse();
      if (node.opType === 'Conv') {
        // As PyTorch writes equal biases.
        const bias = node.input?.[2] as string;
        graph.node?.push({ opType: 'Identity', input: [bias], output: [`${bias}/same`] });
        node.input?.splice(2, 1, `${bias}/same`);
      }
    }
    graph.node?.reverse();
  });
  t.same(differing(adopted(other), adopted(ours)), []);
});

t.test('a last layer as MatMul and Add, with factors, or none', async (t) => {
  const product = changed((graph) => {
    const gemm = graph.node?.find(({ opType }) => opType === 'Gemm');
    const [x = '', weight = '', bias = ''] = gemm?.input ?? [];
    graph.node?.splice(graph.node.indexOf(gemm as never), 1);
    graph.node?.push(
      { opType: 'MatMul', input: [x, weight], output: ['product'] },
      { opType: 'Add', input: [bias, 'product'], output: ['logits'] },
    );
    const tensor = graph.initializer?.find(({ name }) => name === weight);
    const { data } = trained.get('fc.weight') as { data: Float32Array };
    const turned = data.map(
      (_, i) => data[(i % CLASSES) * 512 + Math.floor(i / CLASSES)] as number,
    );
    Object.assign(tensor as object, { dims: [512, CLASSES], rawData: Buffer.from(turned.buffer) });
  });
  t.same(read(product).get('fc.weight'), trained.get('fc.weight'));
  t.same(read(product).get('fc.bias'), trained.get('fc.bias'));

  const factors = changed((graph) => {
    const gemm = graph.node?.find(({ opType }) => opType === 'Gemm');
    const others = gemm?.attribute?.filter(({ name }) => name !== 'alpha' && name !== 'beta') ?? [];
    const factor = (name: string, f: number) => ({ name, f, type: 1 });
    Object.assign(gemm as object, {
      attribute: [...others, factor('alpha', 0.5), factor('beta', 2)],
    });
  });
  const times = (name: string, by: number) =>
    (trained.get(name) as { data: Float32Array }).data.map((value) => value * by);
  t.same(read(factors).get('fc.weight')?.data, times('fc.weight', 0.5));
  t.same(read(factors).get('fc.bias')?.data, times('fc.bias', 2));

  const headless = changed((graph) => {
    graph.node?.splice(-1, 1);
  });
  t.notOk(read(headless).has('fc.weight'));
  t.same(read(headless).get('conv1.weight'), read(ours).get('conv1.weight'));
});

for (const [name, bytes, message] of [
  [
    'a quantized model',
    changed((g) => g.node?.push({ opType: 'DequantizeLinear' })),
    /a quantized model\. Start from the FP32 model/,
  ],
  [
    'another stride',
    changed((g) =>
      g.node?.[0]?.attribute?.forEach((a) => {
        if (a.name === 'strides') a.ints = [1, 1];
      }),
    ),
    /strides 2,2 for conv1, received 1,1/,
  ],
  [
    'another shape',
    changed((g) => {
      (g.initializer?.[0] as { dims: number[] }).dims = [64, 3, 49, 1];
    }),
    /convolution of 64×3×7×7 as conv1, received 64×3×49×1/,
  ],
  [
    'weights in another file',
    changed((g) =>
      g.initializer?.forEach((i) => {
        i.externalData = [{ key: 'location', value: '/etc/passwd' }];
      }),
    ),
    /a reference to another file/,
  ],
  [
    'weights too short',
    changed((g) =>
      g.initializer?.forEach((i) => {
        i.rawData = new Uint8Array(4);
      }),
    ),
    /9408 floats for conv1, received 1/,
  ],
  [
    'a graph that goes round',
    changed((g) =>
      g.node?.push(
        { opType: 'Identity', input: ['a'], output: ['b'] },
        { opType: 'Identity', input: ['b'], output: ['a'] },
        { opType: 'Relu', input: ['a'] },
      ),
    ),
    /without circles/,
  ],
  ['a graph that ends early', changed((g) => g.node?.splice(20)), /received the end of the graph/],
] as const) {
  t.test(`${name} is refused`, async (t) => {
    t.throws(() => read(bytes), { code: 'WEIGHTS_INVALID', message });
  });
}

t.test('cut short anywhere, it is refused', async (t) => {
  for (let part = 1; part < 50; part++) {
    const cut = ours.subarray(0, Math.floor((part / 50) * ours.length));
    t.throws(() => read(cut), OnnxError, `${part}/50`);
  }
});

t.test('what torch.onnx exports, folded and not', { skip: torchMissing }, async (t) => {
  const script = `
import torch, torchvision
torch.manual_seed(1)
model = torchvision.models.resnet18(num_classes=3)
deeper = torchvision.models.resnet34(num_classes=3)
for layer in model.modules():
    if isinstance(layer, torch.nn.BatchNorm2d):
        torch.nn.init.uniform_(layer.weight, 0.5, 1.5); torch.nn.init.uniform_(layer.bias, -0.2, 0.2)
        torch.nn.init.uniform_(layer.running_mean, -0.2, 0.2); torch.nn.init.uniform_(layer.running_var, 0.5, 1.5)
torch.save(model.state_dict(), "model.pth")
x = torch.zeros(2, 3, 64, 64)
training = dict(training=torch.onnx.TrainingMode.TRAINING, do_constant_folding=False)
torch.onnx.export(model, x, "norms.onnx", **training)
torch.save(model.state_dict(), "after.pth")
torch.onnx.export(model.eval(), x, "folded.onnx")
torch.onnx.export(deeper.eval(), x, "deeper.onnx")
`;
  python(script, folder);
  const file = async (name: string) => await readFile(join(folder, name));
  const want = adopted(await file('after.pth'));
  t.same(read(await file('norms.onnx')).size, want.size);
  t.same(differing(adopted(await file('norms.onnx')), want), []);

  // PyTorch folds in float32, we in float64: equal but for that.
  const folded = exported(adopted(await file('folded.onnx')));
  const [got, expected] = [folded, exported(want)].map((bytes) => read(bytes));
  for (const [name, { data }] of expected ?? []) {
    const other = got?.get(name)?.data as Float32Array;
    const worst = data.reduce((m, v, i) => Math.max(m, Math.abs(v - (other[i] as number))), 0);
    if (!(worst < 1e-5)) t.fail(`${name}: ${worst}`);
  }
  const deeper = await file('deeper.onnx');
  t.throws(() => read(deeper), { message: /a convolution of 128×64×3×3|as layer2\.0\.conv1/ });
});
