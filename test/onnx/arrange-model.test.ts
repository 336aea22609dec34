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
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';
import t from 'tap';
import { InferenceSession, Tensor } from '../../onnx/src/runtime/runtime.ts';
import { arrangeModel } from '../../onnx/src/session/arrange/arrange-model.ts';
import { inBlocks } from '../../onnx/src/session/arrange/block-pixels.ts';
import { formsFor } from '../../onnx/src/session/arrange/processor-forms.ts';
import { drawnCrops } from '../stand/run-model.ts';

const size = 64;
const crops = await drawnCrops(2, size);
const fp32 = exportResNet18(initialResNet18({ classes: 5, seed: 3 }), { size, classes: 5 });
const { model, tensorPlan } = await quantize(fp32, crops, {
  ...{ size, mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: 1, method: 'minmax' },
});
const data = allocateTensor(tensorPlan, size, crops.length) as Uint8Array;
for (const [row, crop] of crops.entries()) writeTensor(tensorPlan, size, crop, data, row);
const dims = tensorShape(tensorPlan, size, crops.length);

async function outputsOf(bytes: Uint8Array, input: { data: Uint8Array; dims: readonly number[] }) {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
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
    const input = forms.blocks ? inBlocks(data, dims) : { data, dims };
    t.same(await outputsOf(arranged?.bytes as Uint8Array, input), expected);
    t.notOk(Buffer.from(arranged?.bytes as Uint8Array).equals(model), 'in another form');
  });
}

t.test(
  'a block holds two pixels of a row and the two below, wherever the bytes stand',
  async (t) => {
    const pixels = Uint8Array.from({ length: 1 + 2 * 4 * 4 * 3 }, (_, i) => i).subarray(1);
    const { data, dims } = inBlocks(pixels, [2, 4, 4, 3]);
    t.same(dims, [2, 2, 2, 12]);
    t.same([...data.subarray(12, 24)], [7, 8, 9, 10, 11, 12, 19, 20, 21, 22, 23, 24]);
    t.same([...data.subarray(48, 54)], [49, 50, 51, 52, 53, 54], 'the second picture');
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
