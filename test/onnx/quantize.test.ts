import {
  DataType,
  decodeModel,
  encodeModel,
  exportResNet18,
  initialResNet18,
  quantize,
} from '@edgeloop/onnx';
import { floatTensorPlan, IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import t from 'tap';
import { signalToNoise } from '../../onnx/src/quantize/signal-to-noise.ts';
import { notLong } from '../stand/long.ts';
import { drawnCrops, runModel } from '../stand/models/run-model.ts';

t.setTimeout(240_000);

const size = 64;
const options = {
  size,
  mean: IMAGENET_MEAN,
  std: IMAGENET_STD,
  threads: 1,
  method: 'minmax',
} as const;
const crops = await drawnCrops(15, size);
const fp32 = exportResNet18(initialResNet18({ classes: 5, seed: 3 }), { size, classes: 5 });
const once = await quantize(fp32, crops, options);

t.test('INT8 over pixels gives what FP32 over normalized floats gives, nearly', async (t) => {
  const { model, tensorPlan } = once;
  t.match(tensorPlan, { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [124, 116, 104] });
  t.ok(model.length <= 0.27 * fp32.length, `${model.length} of ${fp32.length} bytes`);
  const [expected, received] = [
    await runModel(fp32, floatTensorPlan(), crops, size),
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

t.test('equal calibration gives equal bytes, however many processes share it', async (t) => {
  const again = await quantize(fp32, crops, { ...options, threads: 2 });
  t.ok(Buffer.from(again.model).equals(once.model));
});

t.test('a model that computes no numbers is refused, and the activation named', async (t) => {
  const weights = initialResNet18({ classes: 5, seed: 3 });
  weights.get('layer3.0.conv1.weight')?.data.fill(Number.POSITIVE_INFINITY);
  await t.rejects(quantize(exportResNet18(weights, { size, classes: 5 }), crops, options), {
    code: 'ONNX_UNSUPPORTED',
    message: /received infinity or none in ".+": did training diverge/,
  });
});

t.test('an operator that can not be quantized is named', async (t) => {
  const model = decodeModel(fp32);
  const relu = model.graph?.node?.find(({ opType }) => opType === 'Relu');
  if (relu) relu.opType = 'Softplus';
  await t.rejects(quantize(encodeModel(model), crops, options), {
    code: 'ONNX_UNSUPPORTED',
    message: /received Softplus/,
  });
});

t.test('auto takes the method that loses least', async (t) => {
  const { report } = await quantize(fp32, crops, { ...options, method: 'auto' });
  t.same(
    report.methods.map(({ method }) => method),
    ['minmax', 'percentile', 'entropy'],
  );
  const most = Math.max(...report.methods.map(({ decibels }) => decibels));
  t.equal(report.decibels, most);
  t.equal(report.methods.find(({ method }) => method === report.method)?.decibels, most);
  t.same(report.floatLayers, []);
});

t.test(
  'layers stay in float, the worst first, until the budget is kept',
  { skip: notLong },
  async (t) => {
    const budget = once.report.decibels + 0.5;
    const { model, report } = await quantize(fp32, crops, { ...options, budget });
    t.ok(report.decibels >= budget, `${report.decibels.toFixed(1)} of ${budget.toFixed(1)} dB`);
    t.equal(report.layers.length, 21, 'each convolution and the last layer was measured alone');
    const worst = report.layers.slice(0, report.floatLayers.length).map(({ layer }) => layer);
    t.same(report.floatLayers, worst);
    t.ok(worst.length > 0 && worst.length < 21, `${worst.length} of 21 stay in float`);
    t.ok(model.length > once.model.length);
  },
);

t.test('reduced range gives 7 bit weights', async (t) => {
  const { model } = await quantize(fp32, crops, {
    ...options,
    method: 'minmax',
    reduceRange: true,
  });
  const weights = decodeModel(model).graph?.initializer?.filter(
    ({ dataType, name }) => dataType === DataType.INT8 && name?.endsWith('/quantized'),
  );
  t.equal(weights?.length, 21);
  const largest = weights?.map(({ rawData }) =>
    new Int8Array(rawData ?? []).reduce((most, weight) => Math.max(most, Math.abs(weight)), 0),
  );
  t.same(new Set(largest), new Set([64]));
});
