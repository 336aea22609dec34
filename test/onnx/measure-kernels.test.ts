import {
  initialResNet18,
  type KernelPlan,
  measureKernels,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
} from '@edgeloop/onnx';
import t from 'tap';
import { formsOf } from '../../onnx/src/operators/convolution-form.ts';
import { layOutConvolutions } from '../../onnx/src/training/convolution-layout.ts';

const size = { size: 32, batch: 4 };
const onCpu = { provider: 'cpu', precision: 'float32' } as const;

t.test('measuring gives every convolution one of its forms', async (t) => {
  const plan = await measureKernels({ ...size, threads: 2 });
  const convolutions = layOutConvolutions({ ...size, ...onCpu });
  t.same(
    Object.keys(plan),
    convolutions.map(({ name }) => name),
  );
  for (const convolution of convolutions) {
    const { forward, inputGradient } = plan[convolution.name] as KernelPlan[string];
    const forms = formsOf(convolution);
    t.ok(forms.forward.includes(forward), `${convolution.name} ${forward}`);
    t.ok(forms.inputGradient.includes(inputGradient), `${convolution.name} ${inputGradient}`);
  }
});

t.test('an interruption ends measuring at once', async (t) => {
  const interruption = new AbortController();
  const measured = measureKernels({ size: 224, batch: 32, threads: 2 }, interruption.signal);
  interruption.abort(new Error('enough'));
  await t.rejects(measured, { message: 'enough' });
});

t.test('another plan, and other parts, are the same network but for rounding', async (t) => {
  const steps = 2;
  const examples = Uint8Array.from(
    { length: steps * 8 * 64 * 64 * 3 },
    (_, i) => (i * 7919 + Math.floor(i / 97) * 131) % 256,
  );
  const batches = {
    examples,
    learningRates: new Float32Array(steps).fill(1e-3),
    labels: Int32Array.from({ length: steps * 8 }, (_, i) => i % 3),
  };
  const losses = async (kernels: KernelPlan | null) => {
    const engine = new OnnxTrainingEngine({
      ...PLAIN_TRAINING,
      size: 64,
      batch: 8,
      classes: 3,
      threads: 2,
      kernels,
      init: initialResNet18({ classes: 3, seed: 1 }),
    });
    try {
      await engine.start();
      return [...(await engine.train(batches)).losses];
    } finally {
      await engine.close();
    }
  };
  const laidOut = layOutConvolutions({ size: 64, batch: 8, ...onCpu });
  const plan = (choose: (forms: readonly string[]) => string | undefined) =>
    Object.fromEntries(
      laidOut.map((convolution) => {
        const { forward, inputGradient } = formsOf(convolution);
        const form = { forward: choose(forward), inputGradient: choose(inputGradient) };
        return [convolution.name, form as KernelPlan[string]];
      }),
    );
  const usual = await losses(null);
  for (const [name, choose] of [
    ['the last form of each', (forms) => forms.at(-1)],
    [
      'tiles where they can be',
      (forms) => forms.find((form) => form.includes('winograd')) ?? forms[0],
    ],
  ] as [string, (forms: readonly string[]) => string | undefined][]) {
    const otherwise = await losses(plan(choose));
    usual.forEach((loss, i) => {
      t.ok(Math.abs(loss - (otherwise[i] as number)) < 2e-3, `${name}: ${loss} ${otherwise[i]}`);
    });
  }
});
