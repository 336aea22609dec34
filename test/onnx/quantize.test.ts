import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cropFrame, drawSample, SCENE_CLASSES } from '@edgeloop/imaging';
import {
  decodeModel,
  encodeModel,
  exportResNet18,
  InferenceProcess,
  initialResNet18,
  quantize,
} from '@edgeloop/onnx';
import {
  allocateTensor,
  evaluationCrop,
  IMAGENET_MEAN,
  IMAGENET_STD,
  seconds,
  type TensorPlan,
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';
import t from 'tap';

const size = 64;
const floatPlan: TensorPlan = {
  type: 'float32',
  layout: 'NCHW',
  mean: [...IMAGENET_MEAN],
  std: [...IMAGENET_STD],
};
const options = { size, mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: 2 };

const crops = await Promise.all(
  Array.from({ length: 15 }, async (_, i) =>
    cropFrame(
      await drawSample(i, SCENE_CLASSES[i % SCENE_CLASSES.length] ?? 'good'),
      evaluationCrop(size),
    ),
  ),
);

function input(plan: TensorPlan, crop: Uint8Array) {
  const data = allocateTensor(plan, size, 1);
  writeTensor(plan, size, crop, data, 0);
  return { data, dims: tensorShape(plan, size, 1) };
}

async function* calibration() {
  for (const crop of crops) {
    const { data, dims } = input(floatPlan, crop);
    yield { data: data as Float32Array, dims };
  }
}

const fp32 = exportResNet18(initialResNet18({ classes: 5, seed: 3 }), { size, classes: 5 });
const folder = await mkdtemp(join(tmpdir(), 'edgeloop-quantize-'));
t.teardown(() => rm(folder, { recursive: true }));

async function outputs(name: string, model: Uint8Array, plan: TensorPlan) {
  const modelPath = join(folder, name);
  await writeFile(modelPath, model);
  const session = new InferenceProcess({ modelPath, threads: 2, deadline: seconds(30) });
  await session.start();
  const results = [];
  for (const crop of crops) results.push((await session.run(input(plan, crop))).outputs);
  await session.close();
  return results;
}

t.test('INT8 over pixels gives what FP32 over normalized floats gives, nearly', async (t) => {
  const { model, tensorPlan } = await quantize(fp32, calibration(), options);
  t.match(tensorPlan, { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [124, 116, 104] });
  t.ok(model.length <= 0.27 * fp32.length, `${model.length} of ${fp32.length} bytes`);
  const [expected, received] = [
    await outputs('fp32.onnx', fp32, floatPlan),
    await outputs('int8.onnx', model, tensorPlan),
  ];
  for (const name of ['logits', 'embedding']) {
    const noise = signalToNoise(
      expected.flatMap((o) => [...(o[name]?.data ?? [])]),
      received.flatMap((o) => [...(o[name]?.data ?? [])]),
    );
    t.ok(noise > 15, `${name}: ${noise.toFixed(1)} dB of signal over the quantization`);
  }
  const operators = new Set(decodeModel(model).graph?.node?.map(({ opType }) => opType));
  t.notOk(operators.has('Relu'), 'every Relu went into the range of what stood before it');
});

t.test('equal calibration gives equal bytes', async (t) => {
  const [a, b] = [
    await quantize(fp32, calibration(), options),
    await quantize(fp32, calibration(), options),
  ];
  t.ok(Buffer.from(a.model).equals(b.model));
});

t.test('an operator that can not be quantized is named', async (t) => {
  const model = decodeModel(fp32);
  const relu = model.graph?.node?.find(({ opType }) => opType === 'Relu');
  if (relu) relu.opType = 'Softplus';
  await t.rejects(quantize(encodeModel(model), calibration(), options), {
    code: 'ONNX_UNSUPPORTED',
    message: /received Softplus/,
  });
});

/** Decibels, over the spread of the expected values: a constant error or a constant output counts as noise. */
function signalToNoise(expected: readonly number[], received: readonly number[]): number {
  const mean = expected.reduce((sum, v) => sum + v, 0) / expected.length;
  const signal = expected.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const noise = expected.reduce((sum, v, i) => sum + (v - (received[i] ?? Number.NaN)) ** 2, 0);
  return 10 * Math.log10(signal / noise);
}
