import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCrop } from '@edgeloop/imaging';
import { AttributeType, DataType, decodeModel, encodeModel, quantize } from '@edgeloop/onnx';
import {
  evaluationCrop,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  seededRandom,
  type TensorPlan,
} from '@edgeloop/protocol';
import t from 'tap';
import { drawnCrops, runModel } from '../stand/models/run-model.ts';
import { dataMissing, realData } from '../stand/real-data.ts';

t.setTimeout(240_000);

const SIZE = 32;
const folder = await mkdtemp(join(tmpdir(), 'edgeloop-structures-'));
t.teardown(() => rm(folder, { recursive: true }));

type Node = NonNullable<NonNullable<ReturnType<typeof decodeModel>['graph']>['node']>[number];
type Tensor = NonNullable<
  NonNullable<ReturnType<typeof decodeModel>['graph']>['initializer']
>[number];

const ints = (name: string, values: number[]) => ({ name, ints: values, type: AttributeType.INTS });
const node = (opType: string, input: string[], output: string, attribute: object[] = []): Node => ({
  opType,
  input,
  output: [output],
  name: output,
  attribute,
});
const random = seededRandom(5);
const floats = (name: string, dims: number[], value = () => (random.next() - 0.4) / 4): Tensor => {
  const count = dims.reduce((product, n) => product * n, 1);
  return { name, dims, dataType: DataType.FLOAT, floatData: Array.from({ length: count }, value) };
};
const wholes = (name: string, values: number[]): Tensor => ({
  name,
  dims: [values.length],
  dataType: DataType.INT64,
  int64Data: values,
});

/**
 * Pads in front of the first convolution, before a second one, and between one and the sum that it
 * goes into.
 */
function paddedNetwork({ value, opset = 13 }: { value: number; opset?: number }): Uint8Array {
  const tensor = (name: string, channels: number[]) => ({
    name,
    type: {
      tensorType: {
        elemType: DataType.FLOAT,
        shape: { dim: [{ dimParam: 'N' }, ...channels.map((dimValue) => ({ dimValue }))] },
      },
    },
  });
  const constant = { name: 'value', type: AttributeType.TENSOR, t: floats('', [], () => value) };
  const pad = (input: string, pads: string, output: string) =>
    node('Pad', [input, pads, 'value'], output);
  return encodeModel({
    irVersion: 7,
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'padded',
      input: [tensor('input', [3, SIZE, SIZE])],
      output: [tensor('logits', [4])],
      initializer: [
        ...[floats('w1', [8, 3, 3, 3]), floats('b1', [8]), floats('w2', [8, 8, 3, 3])],
        ...[floats('w3', [8, 8, 2, 2]), floats('w4', [4, 8]), floats('b4', [4])],
        wholes('around', [0, 0, 1, 1, 0, 0, 1, 1]),
        wholes('behind', [0, 0, 0, 0, 0, 0, 1, 1]),
      ],
      node: [
        // Exporters write constants as nodes as well.
        node('Constant', [], 'value', [constant]),
        node('Pad', ['input', 'around'], 'padded input'),
        node('Conv', ['padded input', 'w1', 'b1'], 'c1', [ints('strides', [2, 2])]),
        node('Relu', ['c1'], 'r1'),
        pad('r1', 'around', 'padded r1'),
        node('Conv', ['padded r1', 'w2'], 'c2', [ints('pads', [0, 0, 0, 0])]),
        pad('c2', 'behind', 'padded c2'),
        node('Conv', ['r1', 'w3'], 'c3', [ints('pads', [1, 1, 1, 1])]),
        node('Add', ['padded c2', 'c3'], 'sum'),
        node('Relu', ['sum'], 'r2'),
        node('GlobalAveragePool', ['r2'], 'pooled'),
        node('Flatten', ['pooled'], 'flat'),
        node('Gemm', ['flat', 'w4', 'b4'], 'logits', [
          { name: 'transB', i: 1, type: AttributeType.INT },
        ]),
      ],
    },
  });
}

const quantized = (fp32: Uint8Array, crops: readonly Uint8Array[], size: number, budget?: number) =>
  quantize(fp32, crops, {
    size,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: 1,
    method: 'minmax',
    ...(budget !== undefined && { budget }),
  });

const logits = async (
  model: Uint8Array,
  plan: TensorPlan,
  crops: readonly Uint8Array[],
  size: number,
) => (await runModel(model, plan, crops, size)).map((outputs) => outputs.logits ?? []);

const drawn = await drawnCrops(10, SIZE);

for (const { value, pads } of [
  { value: 0, pads: 1 },
  { value: 0.75, pads: 2 },
]) {
  t.test(`Pads with ${value} are kept exact or given to their convolution`, async (t) => {
    const fp32 = paddedNetwork({ value });
    const { model, tensorPlan } = await quantized(fp32, drawn, SIZE);
    t.match(tensorPlan, { type: 'uint8', padding: 1 }, 'the first went into the picture');
    const left = decodeModel(model).graph?.node?.filter(({ opType }) => opType === 'Pad');
    t.equal(left?.length, pads, 'zeros before a convolution went into it');
    const expected = await logits(fp32, floatTensorPlan(), drawn, SIZE);
    const received = await logits(model, tensorPlan, drawn, SIZE);
    const spread = Math.max(...expected.flat()) - Math.min(...expected.flat());
    const worst = Math.max(
      ...expected.flatMap((row, i) =>
        row.map((v, j) => Math.abs(v - (received[i]?.[j] ?? Infinity))),
      ),
    );
    t.ok(worst < 0.03 * spread, `worst ${worst.toFixed(4)} of ${spread.toFixed(4)}`);
  });
}

t.test('layers stay in float, the worst first, until the budget is kept', async (t) => {
  const fp32 = paddedNetwork({ value: 0 });
  const free = await quantized(fp32, drawn, SIZE);
  const budget = free.report.decibels + 0.5;
  const { report } = await quantized(fp32, drawn, SIZE, budget);
  t.ok(report.decibels >= budget, `${report.decibels.toFixed(1)} of ${budget.toFixed(1)} dB`);
  t.equal(report.layers.length, 4, 'each convolution and the last layer was measured alone');
  const worst = report.layers.slice(0, report.floatLayers.length).map(({ layer }) => layer);
  t.same(report.floatLayers, worst);
  t.ok(worst.length > 0 && worst.length < 4, `${worst.length} of 4 stay in float`);
});

t.test('batch normalization behind a convolution goes into it; another is refused', async (t) => {
  const normalized = (behind: string) => {
    const model = decodeModel(paddedNetwork({ value: 0 }));
    const graph = model.graph ?? {};
    const positive = () => 0.5 + random.next();
    graph.initializer?.push(
      ...['gamma', 'beta', 'mean'].map((name) => floats(name, [8])),
      floats('variance', [8], positive),
    );
    for (const each of graph.node ?? []) {
      each.output = each.output?.map((name) => (name === behind ? `${name} before` : name)) ?? [];
    }
    const at = graph.node?.findIndex(({ output }) => output?.includes(`${behind} before`)) ?? 0;
    const epsilon = { name: 'epsilon', f: 0.01, type: AttributeType.FLOAT };
    const inputs = [`${behind} before`, 'gamma', 'beta', 'mean', 'variance'];
    graph.node?.splice(at + 1, 0, {
      ...node('BatchNormalization', inputs, behind, [epsilon]),
      name: 'norm',
    });
    return encodeModel(model);
  };
  for (const convolution of ['c1', 'c2', 'c3']) {
    const fp32 = normalized(convolution);
    const { model, tensorPlan } = await quantized(fp32, drawn, SIZE);
    t.notOk(decodeModel(model).graph?.node?.some(({ opType }) => opType === 'BatchNormalization'));
    const expected = await logits(fp32, floatTensorPlan(), drawn, SIZE);
    const received = await logits(model, tensorPlan, drawn, SIZE);
    const spread = Math.max(...expected.flat()) - Math.min(...expected.flat());
    const differences = expected.flatMap((row, i) =>
      row.map((v, j) => Math.abs(v - (received[i]?.[j] ?? Infinity))),
    );
    const worst = Math.max(...differences);
    t.ok(worst < 0.03 * spread, `${convolution}: worst ${worst} of ${spread}`);
  }
  await t.rejects(quantized(normalized('sum'), drawn, SIZE), {
    code: 'ONNX_UNSUPPORTED',
    message: /BatchNormalization/,
  });
});

t.test('a model read from a file quantizes as its bytes in memory do', async (t) => {
  const bytes = paddedNetwork({ value: 0 });
  const path = join(folder, 'from-file.onnx');
  await writeFile(path, rawTensors(bytes));
  const [file, memory] = [await readFile(path), new Uint8Array(await readFile(path))];
  t.ok(Buffer.isBuffer(file), 'what a file gives is a Buffer, whose slices share memory');
  const fromFile = await quantized(file, drawn, SIZE);
  const fromMemory = await quantized(memory, drawn, SIZE);
  t.ok(Buffer.from(fromFile.model).equals(fromMemory.model));
});

t.test('an operator set without scales by channel is refused', async (t) => {
  await t.rejects(quantized(paddedNetwork({ value: 0, opset: 11 }), drawn, SIZE), {
    code: 'ONNX_UNSUPPORTED',
    message: /operator set 13 or later .* received 11/,
  });
});

const REAL = ['weights/resnet34-imagenet-224.onnx', 'imagenet-mini40', 'hymenoptera/train/bees'];
const [RESNET34 = '', PHOTOS = '', OTHERS = ''] = REAL.map(realData);

t.test(
  'a trained ResNet34 sees in INT8 what it sees in FP32',
  {
    skip: dataMissing(...REAL),
  },
  async (t) => {
    const decode = async (path: string) => decodeCrop(await readFile(path), evaluationCrop(224));
    const others = (await readdir(OTHERS)).filter((name) => name.endsWith('.jpg')).sort();
    const calibration = await Promise.all(
      others.slice(0, 16).map((name) => decode(join(OTHERS, name))),
    );
    const [, ...rows] = (await readFile(join(PHOTOS, 'labels.csv'), 'utf8')).trim().split('\n');
    const labelled = rows.map((row) => row.split(','));
    const photos = await Promise.all(labelled.map(([file]) => decode(join(PHOTOS, file ?? ''))));
    const fp32 = await readFile(RESNET34);
    const { model, tensorPlan } = await quantized(fp32, calibration, 224);
    const float = (await logits(fp32, floatTensorPlan(), photos, 224)).map(top);
    const int8 = (await logits(model, tensorPlan, photos, 224)).map(top);
    const share = (count: number) => count / photos.length;
    const agreement = share(int8.filter((label, i) => label === float[i]).length);
    const right = (labels: number[]) =>
      share(labels.filter((label, i) => label === Number(labelled[i]?.[1])).length);
    t.ok(agreement >= 0.9, `agreement ${agreement}`);
    t.ok(right(int8) >= right(float) - 0.03, `INT8 ${right(int8)}, FP32 ${right(float)}`);
    t.ok(model.length <= 0.27 * fp32.length);
  },
);

function top(logits: readonly number[]): number {
  return logits.indexOf(Math.max(...logits));
}

/** Floats as raw bytes, as exporters write them. */
function rawTensors(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  for (const tensor of model.graph?.initializer ?? []) {
    if (!tensor.floatData) continue;
    tensor.rawData = new Uint8Array(Float32Array.from(tensor.floatData).buffer);
    delete tensor.floatData;
  }
  return encodeModel(model);
}
