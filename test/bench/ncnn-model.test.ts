import { initialResNet18 } from '@edgeloop/onnx';
import t from 'tap';
import { ncnnModel } from '../../bench/infer/ncnn-model.ts';

const weights = initialResNet18({ classes: 5, seed: 1 });
const { param, bin } = ncnnModel(weights);
const [magic, counts, ...layers] = param.trimEnd().split('\n');
const read = layers.map((line) => {
  const [type, , inputs, outputs, ...rest] = line.split(' ');
  const [from, to] = [Number(inputs), Number(outputs)];
  return { type, inputs: rest.slice(0, from), outputs: rest.slice(from, from + to) };
});

t.test('every blob is made once, before its one reader', async (t) => {
  t.equal(magic, '7767517');
  const made = new Set<string>();
  const waiting = new Set<string>();
  for (const { inputs, outputs } of read) {
    for (const name of inputs) t.ok(waiting.delete(name), `${name} waits for a reader`);
    for (const name of outputs) {
      t.notOk(made.has(name), `${name} is new`);
      made.add(name);
      waiting.add(name);
    }
  }
  t.same([...waiting], ['logits']);
  t.equal(counts, `${layers.length} ${made.size}`);
});

t.test('it has the layers and the weights of ResNet18', async (t) => {
  const count = (type: string) => read.filter((layer) => layer.type === type).length;
  t.same(['Convolution', 'BinaryOp', 'ReLU', 'Split', 'Pooling'].map(count), [20, 8, 8, 8, 2]);
  const numbers = [...weights].filter(([name]) => /conv|downsample\.0|fc/.test(name));
  const floats = numbers.reduce((sum, [, { data }]) => sum + data.length, 0);
  const biases = 64 * 5 + 128 * 5 + 256 * 5 + 512 * 5;
  t.equal(bin.length, 4 * (floats + biases + 21), 'each behind its tag, with a bias');
});
