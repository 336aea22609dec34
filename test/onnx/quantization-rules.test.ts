import { AttributeType, DataType, encodeModel } from '@edgeloop/onnx';
import t from 'tap';
import { calibrate } from '../../onnx/src/quantize/calibrate/calibrate.ts';
import { mergeRanges, type Range } from '../../onnx/src/quantize/calibrate/range.ts';
import { prepareModel } from '../../onnx/src/quantize/prepare-model.ts';
import { QuantizedWriter } from '../../onnx/src/quantize/quantized-writer.ts';
import { quantizedTensors, rewriteQuantized } from '../../onnx/src/quantize/rewrite.ts';

// Every number here was worked out by hand from the rules of ONNX Runtime's quantize_static.

const MEAN = [0.4, 0.25, 0.2] as const;
const STD = [1, 0.5, 0.25] as const;

const floats = (name: string, dims: number[], values: number[]) => ({
  name,
  dims,
  dataType: DataType.FLOAT,
  floatData: values,
});
const node = (opType: string, input: string[], output: string, attribute: object[] = []) => ({
  opType,
  input,
  output: [output],
  name: output,
  attribute,
});
const ints = (name: string, values: number[]) => ({ name, ints: values, type: AttributeType.INTS });
const tensor = (name: string, dims: number[]) => ({
  name,
  type: {
    tensorType: {
      elemType: DataType.FLOAT,
      shape: { dim: [{ dimParam: 'N' }, ...dims.map((dimValue) => ({ dimValue }))] },
    },
  },
});

/**
 * r1 = Relu(Conv) alone; c2 goes into a Relu and into a sum; the bias of the last layer is far too
 * large for int32.
 */
const fp32 = encodeModel({
  irVersion: 8,
  opsetImport: [{ domain: '', version: 17 }],
  graph: {
    name: 'rules',
    input: [tensor('input', [3, 8, 8])],
    output: [tensor('logits', [2])],
    initializer: [
      floats('w1', [2, 3, 1, 1], [2.55, -1.275, 0.6375, 0, 1.275, 0.159375]),
      floats('b1', [2], [1, 0.015]),
      floats('w2', [2, 2, 1, 1], [1.27, -0.63, 0.254, 0.126]),
      floats('w3', [2, 2], [1.27, 1.27, 2.54, -0.02]),
      floats('b3', [2], [1e6, 0.5]),
    ],
    node: [
      node('Conv', ['input', 'w1', 'b1'], 'c1', [ints('pads', [3, 3, 3, 3])]),
      node('Relu', ['c1'], 'r1'),
      node('MaxPool', ['r1'], 'p1', [ints('kernel_shape', [2, 2])]),
      node('Conv', ['p1', 'w2'], 'c2', [ints('pads', [0, 0, 0, 0])]),
      node('Relu', ['c2'], 'r2'),
      node('Add', ['c2', 'r2'], 'sum'),
      node('GlobalAveragePool', ['sum'], 'pooled'),
      node('Flatten', ['pooled'], 'flat'),
      node('Gemm', ['flat', 'w3', 'b3'], 'logits', [
        { name: 'transB', i: 1, type: AttributeType.INT },
      ]),
    ],
  },
});

const ranges: Record<string, Range> = {
  r1: { min: 0, max: 5.1 },
  // What a pool, a Flatten or a Reshape gives was measured as well, and counts for nothing.
  p1: { min: 0, max: 1 },
  c2: { min: -1, max: 1.55 },
  r2: { min: 0, max: 1.53 },
  sum: { min: -2, max: 3.1 },
  pooled: { min: -0.5, max: 0.775 },
  flat: { min: -0.1, max: 0.1 },
};

const prepared = prepareModel(fp32, MEAN, STD);
const { graph, first } = prepared;
const measured = quantizedTensors(graph);
const writer = new QuantizedWriter(false);
rewriteQuantized(writer, {
  graph,
  first,
  ranges: new Map(Object.entries(ranges)),
  inFloat: new Set(),
});
const written = writer.nodes.map(({ opType, input, output }) => ({ opType, input, output }));
const constant = (name: string) => {
  const { dataType, dims, rawData } = writer.initializers.find((c) => c.name === name) ?? {};
  const bytes = (rawData ?? new Uint8Array()).slice().buffer;
  const arrays = {
    [DataType.FLOAT]: Float32Array,
    [DataType.UINT8]: Uint8Array,
    [DataType.INT8]: Int8Array,
    [DataType.INT32]: Int32Array,
  };
  return { dataType, dims, values: [...new (arrays[dataType as 1] ?? Uint8Array)(bytes)] };
};
const parametersOf = (name: string) => [
  constant(`${name}/scale`).values[0],
  constant(`${name}/zero_point`).values[0],
];

t.test(
  'rule 1: what quantized operators give is measured, after the Relu where one goes',
  async (t) => {
    t.same(measured, ['r1', 'p1', 'c2', 'r2', 'sum', 'pooled', 'flat']);
  },
);

t.test(
  'rule 2: a picture never narrows what an earlier one saw, whichever process looks at it',
  async (t) => {
    const { model, plan } = prepared;
    const plain = (value: number) => new Uint8Array(3 * 8 * 8).fill(value);
    const rangesOf = async (values: readonly number[], threads: number) => {
      const over = { pictures: values.map(plain), size: 8, plan, threads };
      const found = await calibrate(model, ['r1', 'c2'], ['minmax'], over);
      return found.get('minmax');
    };
    const [dark, bright] = await Promise.all([rangesOf([0], 1), rangesOf([255], 1)]);
    const both = new Map(
      ['r1', 'c2'].map((name) => [name, mergeRanges(dark?.get(name), bright?.get(name) as Range)]),
    );
    t.notSame(dark, bright);
    t.same(await rangesOf([0, 255, 128], 1), both);
    t.same(await rangesOf([128, 255, 0, 64, 0], 3), both);
  },
);

t.test('rule 3: a Relu that alone reads a convolution goes into it, another stays', async (t) => {
  t.same(
    written.filter(({ opType }) => opType === 'Relu').map(({ output }) => output),
    [['r2']],
  );
  t.match(
    written.filter(({ opType }) => opType === 'Conv').map(({ output }) => output),
    [['r1'], ['c2']],
  );
  t.same(parametersOf('r1'), [Math.fround(0.02), 0]);
});

t.test('rule 4: activations are uint8, and zero is one of their steps', async (t) => {
  t.same(parametersOf('c2'), [Math.fround(0.01), 100]);
  t.same(parametersOf('sum'), [Math.fround(0.02), 100]);
  t.equal(constant('c2/zero_point').dataType, DataType.UINT8);
});

t.test('rule 5: weights are int8 by output channel, with a DequantizeLinear alone', async (t) => {
  const { dataType, dims, values } = constant('c2/weights/quantized');
  t.same([dataType, dims, values], [DataType.INT8, [2, 2, 1, 1], [127, -63, 127, 63]]);
  t.same(constant('c2/weights/scale').values, [0.01, 0.002].map(Math.fround));
  t.same(constant('c2/weights/zero_point').values, [0, 0]);
  const makers = writer.nodes.filter(({ output }) => output?.[0] === 'c2/weights');
  t.match(makers, [{ opType: 'DequantizeLinear', attribute: [{ name: 'axis', i: 0 }] }]);
  t.notOk(
    written.some(({ opType, output }) => opType === 'QuantizeLinear' && /w/.test(`${output}`)),
  );
});

t.test('rule 6: a bias is int32 at the scales of input and weights', async (t) => {
  const { dataType, values } = constant('logits/bias/quantized');
  t.equal(dataType, DataType.INT32);
  // The input's scale 0.005 times 2.54/127.
  t.equal(values[1], 5000);
  t.ok(Math.abs((constant('logits/bias/scale').values[1] ?? 0) / 1e-4 - 1) < 1e-6);
  t.same(constant('logits/bias/zero_point').values, [0, 0]);
});

t.test('rule 6: a bias too large for int32 enlarges the scale of its weights', async (t) => {
  // 1.0001 · 2 · 1e6 / (2³² − 2) = 4.6571e-4, over the input's scale 0.005: instead of 1.27/127.
  const [enlarged] = constant('logits/weights/scale').values as [number];
  t.ok(Math.abs(enlarged / 0.0931416 - 1) < 1e-5, `${enlarged}`);
  t.same(constant('logits/weights/quantized').values, [14, 14, 127, -1]);
  const [bias] = constant('logits/bias/quantized').values as [number];
  t.ok(Math.abs(bias / 2147268916 - 1) < 1e-6, `${bias}`);
});

t.test('rule 7: a pool and a Flatten take over the parameters of their input', async (t) => {
  t.same(parametersOf('p1'), parametersOf('r1'));
  t.same(parametersOf('flat'), parametersOf('pooled'));
  t.same(parametersOf('pooled'), [Math.fround(0.005), 100]);
});

t.test('rule 7: sums and means stand between quantized tensors on all sides', async (t) => {
  const dequantized = (name: string) => `${name}/dequantized`;
  for (const [opType, inputs, output] of [
    ['Add', ['c2', 'r2'], 'sum'],
    ['GlobalAveragePool', ['sum'], 'pooled'],
  ] as const) {
    const found = written.find((other) => other.opType === opType);
    t.same(found?.input, inputs.map(dequantized));
    for (const name of [...inputs, output]) {
      t.match(
        written.filter(({ output: [made = ''] = [] }) =>
          [`${name}/quantized`, dequantized(name)].includes(made),
        ),
        [
          { opType: 'QuantizeLinear', output: [`${name}/quantized`] },
          { opType: 'DequantizeLinear', output: [dequantized(name)] },
        ],
      );
    }
  }
  t.match(written.at(-1), { opType: 'Gemm', output: ['logits'] }, 'logits stay float');
});

t.test(
  'rule 8: the first convolution takes pixels, with the normalization in its weights',
  async (t) => {
    const [transpose, dequantize, conv] = written.filter(({ output }) =>
      /^(pixels|r1$)/.test(output?.[0] ?? ''),
    );
    t.match(transpose, { opType: 'Transpose', input: ['input'] });
    t.same(dequantize?.input, ['pixels', 'pixels/scale', 'pixels/zero_point']);
    t.same(parametersOf('pixels'), [1, 0]);
    t.match(conv?.input, ['pixels/dequantized', 'r1/weights', 'r1/bias']);
    // w/(255·std) = 0.01, −0.01, 0.01 and 0, 0.01, 0.0025; b − Σ w·mean/std = 0.1075 and −0.75, by
    // 0.01/127.
    t.same(constant('r1/weights/quantized').values, [127, -127, 127, 0, 127, 32]);
    t.same(constant('r1/bias/quantized').values, [1365, -9525]);
    t.same(first.tensorPlan, {
      type: 'uint8',
      layout: 'NHWC',
      padding: 3,
      padValue: [102, 64, 51],
    });
    const own = writer.nodes.find(({ output }) => output?.[0] === 'r1');
    t.match(
      own?.attribute,
      [{ name: 'pads', ints: [0, 0, 0, 0] }],
      'the picture is padded instead',
    );
  },
);

t.test(
  'rule 9: activations are not made symmetric, which would leave every Relu behind',
  async (t) => {
    t.same(parametersOf('r2'), [Math.fround(0.006), 0], 'all 256 steps from zero on');
  },
);
