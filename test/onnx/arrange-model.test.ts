import {
  decodeModel,
  encodeModel,
  exportResNet18,
  initialResNet18,
  quantize,
} from '@edgeloop/onnx';
import {
  allocateTensor,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type TensorPlan,
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';
import t from 'tap';
import { InferenceSession, Tensor } from '../../onnx/src/runtime/runtime.ts';
import { arrangeModel } from '../../onnx/src/session/arrange/arrange-model.ts';
import { formsFor } from '../../onnx/src/session/arrange/processor-forms.ts';
import { blocksShape, writeBlocks } from '../../onnx/src/session/arrange/write-blocks.ts';
import { exactSums } from '../../onnx/src/session/exact-sums.ts';
import { processorFlags } from '../../onnx/src/session/processor-flags.ts';
import { drawnCrops } from '../stand/models/run-model.ts';

type Pixels = Extract<TensorPlan, { type: 'uint8' }>;

const size = 64;
const crops = await drawnCrops(2, size);
const fp32 = exportResNet18(initialResNet18({ classes: 5, seed: 3 }), { size, classes: 5 });
const { model, tensorPlan } = await quantize(fp32, crops, {
  size,
  mean: IMAGENET_MEAN,
  std: IMAGENET_STD,
  threads: 1,
  method: 'minmax',
});
const data = allocateTensor(tensorPlan, size, crops.length) as Uint8Array;
for (const [row, crop] of crops.entries()) writeTensor(tensorPlan, size, crop, data, row);
const dims = tensorShape(tensorPlan, size, crops.length);

async function outputsOf(bytes: Uint8Array, input: { data: Uint8Array; dims: readonly number[] }) {
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    extra: { session: exactSums(processorFlags()) },
  });
  const results = await session.run({ input: new Tensor('uint8', input.data, input.dims) });
  const bits = Object.entries(results).map(([name, { data }]) => [
    name,
    [...new Uint32Array((data as Float32Array).slice().buffer)],
  ]);
  await session.release();
  return Object.fromEntries(bits) as Record<string, number[]>;
}

const expected = await outputsOf(model, { data, dims });

for (const forms of [
  { blocks: true, tiles: false },
  { blocks: false, tiles: true },
  { blocks: true, tiles: true },
]) {
  t.test(`arranged by ${JSON.stringify(forms)} a model gives the same bits`, async (t) => {
    const arranged = arrangeModel(model, forms);
    t.equal(arranged?.blocks, forms.blocks);
    const input = forms.blocks ? inBlocks() : { data, dims };
    t.same(await outputsOf(arranged?.bytes as Uint8Array, input), expected);
    t.notOk(Buffer.from(arranged?.bytes as Uint8Array).equals(model), 'in another form');
  });
}

function inBlocks() {
  const blocks = new Uint8Array(data.length);
  for (const [row, crop] of crops.entries()) {
    writeBlocks(tensorPlan as Pixels, size, crop, blocks, row);
  }
  return { data: blocks, dims: blocksShape(dims) as number[] };
}

t.test(
  'a block holds two pixels of a row and the two below, wherever the bytes stand',
  async (t) => {
    const side = 10;
    for (const padding of [0, 1, 2, 3, 8]) {
      const plan = {
        ...(tensorPlan as Pixels),
        padding,
        padValue: [1, 2, 3] as [number, number, number],
      };
      const pictures = [0, 1].map((first) =>
        Uint8Array.from({ length: 1 + 3 * side ** 2 }, (_, i) => 7 * i + first).subarray(1),
      );
      const plain = allocateTensor(plan, side, 2) as Uint8Array;
      const blocks = new Uint8Array(plain.length);
      for (const [index, rgb] of pictures.entries()) {
        writeTensor(plan, side, rgb, plain, index);
        writeBlocks(plan, side, rgb, blocks, index);
      }
      const padded = side + 2 * padding;
      const at = (row: number, column: number) =>
        plain.subarray(3 * (row * padded + column)).subarray(0, 3);
      const expected = [];
      for (let row = 0; row < 2 * padded; row += 2) {
        for (let column = 0; column < padded; column += 2) {
          for (const [y, x] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const) {
            expected.push(...at(row + y, column + x));
          }
        }
      }
      t.same([...blocks], expected, `${padding} pixels around`);
      t.same(blocksShape([2, padded, padded, 3]), [2, padded / 2, padded / 2, 12]);
    }
    t.equal(blocksShape([1, 231, 231, 3]), null);
  },
);

t.test('what is not ours, not quantized, or quickest as it is stays as it is', async (t) => {
  const both = { blocks: true, tiles: true };
  t.equal(arrangeModel(model, { blocks: false, tiles: false }), null);
  t.equal(arrangeModel(fp32, both), null, 'floats');
  const others = encodeModel({ ...decodeModel(model), producerName: 'another' });
  t.equal(arrangeModel(others, both), null, 'the model of another');
  t.equal(arrangeModel(model.subarray(0, 5000), both), null, 'the runtime says what is wrong');
});

t.test('a weight that has no number below it stays with all of its layer', async (t) => {
  const changed = structuredClone(decodeModel(model));
  const tensors = changed.graph?.initializer ?? [];
  const wide = tensors.filter(
    ({ name, dims }) => name?.endsWith('/weights/quantized') && dims?.length === 4,
  );
  for (const { rawData } of wide) rawData?.fill(0x80, 0, 1);
  t.equal(arrangeModel(encodeModel(changed), { blocks: false, tiles: true }), null);
});

t.test('a processor has the forms that its flags say', async (t) => {
  t.same(formsFor(new Set(['avx2'])), { blocks: false, tiles: false });
  t.same(formsFor(new Set(['avx512_vnni'])), { blocks: true, tiles: false });
  t.same(formsFor(new Set(['avx512_vnni', 'amx_int8'])), { blocks: true, tiles: true });
});
