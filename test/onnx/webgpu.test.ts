import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chooseProvider,
  decodeSafetensors,
  initialResNet18,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
  type Provider,
  type TrainingOptions,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { notLong } from '../stand/long.ts';
import { softwareVulkanMissing, useSoftwareVulkan } from '../stand/machine/software-vulkan.ts';
import { nodePlacement } from '../stand/trainer/node-placement.ts';

const skip = softwareVulkanMissing;
const folder = await mkdtemp(join(tmpdir(), 'edgeloop-webgpu-'));
t.teardown(() => rm(folder, { recursive: true }));
await useSoftwareVulkan();

const [CLASSES, SIZE, STEPS] = [3, 32, 2];
const EXAMPLES = 8;
const init = initialResNet18({ classes: CLASSES, seed: 1 });

/** Two steps: what they tell, and everything that they carry on, from what `save` writes. */
async function train(provider: Provider, more: Partial<TrainingOptions>) {
  const engine = new OnnxTrainingEngine({
    ...PLAIN_TRAINING,
    size: SIZE,
    classes: CLASSES,
    batch: EXAMPLES,
    threads: 1,
    init,
    provider,
    ...more,
  });
  const path = join(folder, `${provider}.safetensors`);
  const random = seededRandom(1);
  const pixels = Uint8Array.from({ length: STEPS * EXAMPLES * SIZE * SIZE * 3 }, () =>
    random.between(0, 256),
  );
  const embeddings = Float32Array.from({ length: STEPS * EXAMPLES * 512 }, () =>
    random.between(0, 1),
  );
  try {
    await engine.start();
    const results = await engine.train({
      examples: more.network === 'head' ? embeddings : pixels,
      labels: Int32Array.from({ length: STEPS * EXAMPLES }, (_, i) => i % CLASSES),
      learningRates: Float32Array.of(0.01, 0.005),
    });
    await engine.save(path, {});
    await engine.restore(path);
    const weights = await engine.weights();
    return { ...results, weights, ...decodeSafetensors(await readFile(path)) };
  } finally {
    await engine.close();
  }
}

type Tensors = ReadonlyMap<string, { readonly data: Float32Array }>;

/** The difference of both, as a share of how far training has moved the values. */
function distance(a: Tensors, b: Tensors, begin: Tensors): number {
  let [difference, moved] = [0, 0];
  for (const [name, { data }] of a) {
    const [other, first] = [b.get(name)?.data, begin.get(name)?.data];
    data.forEach((v, i) => {
      difference += (v - (other?.[i] ?? Number.NaN)) ** 2;
      moved += (v - (first?.[i] ?? 0)) ** 2;
    });
  }
  return Math.sqrt(difference / moved);
}

const cases: readonly [string, Partial<TrainingOptions>, number, string | false][] = [
  // The whole network: half a minute on a driver of software.
  ['SGD, statistics of batches and their running averages', {}, 1e-4, notLong],
  [
    'AdamW on the last layer, batches that add up to a step, averaged weights',
    {
      // Where a gradient is nearly nothing, AdamW's direction is its sign: epsilon is far above the
      // rounding here.
      network: 'head',
      optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-3 },
      batch: EXAMPLES / 2,
      accumulation: 2,
      averaging: 0.9,
      classWeights: [1, 2, 0.5],
      labelSmoothing: 0.1,
    },
    1e-4,
    false,
  ],
];

for (const [name, options, tolerance, leftOut] of cases) {
  t.test(`WebGPU trains as the CPU does: ${name}`, { skip: skip || leftOut }, async (t) => {
    const cpu = await train('cpu', options);
    const gpu = await train('webgpu', options);
    t.same(gpu.correct, cpu.correct);
    cpu.losses.forEach((loss, i) => {
      t.ok(Math.abs(loss - (gpu.losses[i] as number)) < 1e-4, `${loss} ~ ${gpu.losses[i]}`);
    });
    t.same([...gpu.tensors.keys()], [...cpu.tensors.keys()]);
    const weights = distance(cpu.weights, gpu.weights, init);
    t.ok(weights < tolerance, `weights ${weights}`);
    const carried = distance(cpu.tensors, gpu.tensors, new Map());
    t.ok(carried < tolerance, `everything carried ${carried}`);
  });
}

t.test(
  'WebGPU runs every node of the step but one cast of the predicted classes',
  { skip },
  async (t) => {
    for (const options of [{}, { precision: 'mixed', accumulation: 2 }] as const) {
      const { counts, onCpu } = await nodePlacement(options);
      t.same(onCpu, ['Cast']);
      t.ok((counts.WebGpu ?? 0) > 1000, JSON.stringify(counts));
    }
  },
);

t.test('a software driver is taken when asked for, and never by itself', { skip }, async (t) => {
  t.match(await chooseProvider('webgpu', 'float32'), {
    provider: 'webgpu',
    reason: /by a slow software driver$/,
  });
  const machine = {
    hasGpu: () => true,
    probe: async () => ({ there: true, hardware: false }) as const,
  };
  t.match(await chooseProvider('auto', 'float32', machine), { provider: 'cpu' });
  await t.rejects(chooseProvider('webgpu', 'mixed'), {
    code: 'PROVIDER_MISSING',
    message: /computes no float16.*--precision float32/,
  });
});
