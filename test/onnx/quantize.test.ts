import {
  decodeModel,
  encodeModel,
  exportResNet18,
  initialResNet18,
  quantize,
} from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import t from 'tap';
import { calibrationOf, drawnCrops, FLOAT_PLAN, runModel } from '../stand/run-model.ts';

const size = 64;
const options = { size, mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: 2 };
const crops = await drawnCrops(15, size);
const calibration = () => calibrationOf(crops, size);
const fp32 = exportResNet18(initialResNet18({ classes: 5, seed: 3 }), { size, classes: 5 });

t.test('INT8 over pixels gives what FP32 over normalized floats gives, nearly', async (t) => {
  const { model, tensorPlan } = await quantize(fp32, calibration(), options);
  t.match(tensorPlan, { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [124, 116, 104] });
  t.ok(model.length <= 0.27 * fp32.length, `${model.length} of ${fp32.length} bytes`);
  const [expected, received] = [
    await runModel(fp32, FLOAT_PLAN, crops, size),
    await runModel(model, tensorPlan, crops, size),
  ];
  for (const name of ['logits', 'embedding']) {
    const noise = signalToNoise(
      expected.flatMap((outputs) => outputs[name] ?? []),
      received.flatMap((outputs) => outputs[name] ?? []),
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
