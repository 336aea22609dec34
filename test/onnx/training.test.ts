import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportResNet18,
  InferenceProcess,
  initialResNet18,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
  type TrainingOptions,
  type Weights,
} from '@edgeloop/onnx';
import { floatTensorPlan, seconds } from '@edgeloop/protocol';
import t from 'tap';

/** From PyTorch: see test/golden/resnet18-step.py, which has the same formulas. */
const golden = JSON.parse(
  readFileSync(new URL('../golden/resnet18-step.json', import.meta.url), 'utf8'),
) as {
  size: number;
  batch: number;
  classes: number;
  rates: number[];
  evalLogits: number[];
  losses: number[];
  correct: number[];
  tensors: Record<string, { norm: number; sum: number; first: number[] }>;
};
const { size, batch, classes } = golden;

function noise(i: number, seed: number): number {
  let x = (Math.imul(i, 2654435761) + seed * 40503) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  x = (x ^ (x >>> 13)) >>> 0;
  return x / 2 ** 31 - 1;
}

function goldenWeights(): Weights {
  // PyTorch counts num_batches_tracked among its tensors; the formula's seed counts them too.
  let index = 0;
  return new Map(
    [...initialResNet18({ classes, seed: 1 })].map(([name, { dims, data }]) => {
      index += 1;
      const seed = index;
      if (name.endsWith('running_var')) index += 1;
      const shape = (w: number) => {
        if (name.endsWith('running_mean')) return 0.1 * w;
        if (name.endsWith('running_var')) return 1 + 0.5 * w;
        if (dims.length === 4) return w * Math.sqrt(6 / (data.length / (dims[0] as number)));
        if (name === 'fc.weight') return 0.1 * w;
        return name.endsWith('weight') ? 1 + 0.2 * w : 0.1 * w;
      };
      return [
        name,
        { dims, data: Float32Array.from(data, (_, i) => shape(noise(i, seed))) },
      ] as const;
    }),
  );
}

const pictures = (step: number) =>
  Uint8Array.from(
    { length: batch * size * size * 3 },
    (_, i) => (i * 7919 + Math.floor(i / 97) * 131 + step * 31) % 256,
  );

const options: TrainingOptions = {
  ...PLAIN_TRAINING,
  size,
  classes,
  batch,
  weightDecay: 0.01,
  labelSmoothing: 0.1,
  threads: 2,
  init: goldenWeights(),
};

function batches(steps: readonly number[]) {
  return {
    examples: Uint8Array.from(steps.flatMap((step) => [...pictures(step)])),
    labels: Int32Array.from(
      steps.flatMap((step) => Array.from({ length: batch }, (_, i) => (i + step) % classes)),
    ),
    learningRates: Float32Array.from(steps, (step) => golden.rates[step] as number),
  };
}

const bytesOf = (data: Float32Array = new Float32Array()) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

async function train(calls: readonly (readonly number[])[]) {
  const engine = new OnnxTrainingEngine(options);
  await engine.start();
  const losses: number[] = [];
  const correct: number[] = [];
  for (const steps of calls) {
    const results = await engine.train(batches(steps));
    losses.push(...results.losses);
    correct.push(...results.correct);
  }
  const weights = await engine.weights();
  await engine.close();
  return { losses, correct, weights };
}

t.test('three steps give the losses, weights and running averages of PyTorch', async (t) => {
  const { losses, correct, weights } = await train([[0, 1, 2]]);
  losses.forEach((loss, i) => {
    t.ok(
      Math.abs(loss - (golden.losses[i] as number)) < 2e-3,
      `loss ${loss} ~ ${golden.losses[i]}`,
    );
  });
  t.same(correct, golden.correct);
  t.same([...weights.keys()], Object.keys(golden.tensors));
  for (const [name, expected] of Object.entries(golden.tensors)) {
    const { data } = weights.get(name) as { data: Float32Array };
    const norm = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0));
    const close = Math.abs(norm - expected.norm) <= 2e-3 * (1 + expected.norm);
    const worst = Math.max(...expected.first.map((v, i) => Math.abs(v - (data[i] as number))));
    if (!close || worst > 5e-3)
      t.fail(`${name}: norm ${norm} ~ ${expected.norm}, first off by ${worst}`);
  }
});

t.test(
  'steps in one call or in several, and twice the same: equal weights, bit for bit',
  async (t) => {
    const [once, again, split] = [
      await train([[0, 1, 2]]),
      await train([[0, 1, 2]]),
      await train([[0], [1, 2]]),
    ];
    for (const [name, { data }] of once.weights) {
      t.ok(bytesOf(data).equals(bytesOf(again.weights.get(name)?.data)), name);
      t.ok(bytesOf(data).equals(bytesOf(split.weights.get(name)?.data)), name);
    }
  },
);

t.test('the exported network gives the logits of PyTorch in evaluation mode', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-export-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const modelPath = join(folder, 'model.onnx');
  const bytes = exportResNet18(goldenWeights(), { size, classes });
  const again = exportResNet18(goldenWeights(), { size, classes });
  t.ok(Buffer.from(again).equals(bytes), 'equal weights are equal bytes');
  await writeFile(modelPath, bytes);
  const session = new InferenceProcess({ modelPath, threads: 1, deadline: seconds(20) });
  await session.start();
  t.teardown(() => session.close());
  const length = size * size * 3;
  const pixels = pictures(0);
  const crops = Array.from({ length: batch }, (_, i) =>
    pixels.subarray(i * length, (i + 1) * length),
  );
  const { outputs } = await session.run({ crops, size, plan: floatTensorPlan() });
  t.same(outputs.embedding?.dims, [batch, 512]);
  const logits = outputs.logits?.data as Float32Array;
  const worst = Math.max(...golden.evalLogits.map((v, i) => Math.abs(v - (logits[i] as number))));
  t.ok(worst < 1e-4, `largest difference ${worst}`);
});

t.test('a loss that is no number ends training with the step and advice', async (t) => {
  const engine = new OnnxTrainingEngine(options);
  await engine.start();
  t.teardown(() => engine.close());
  const wild = { ...batches([0, 1, 2]), learningRates: Float32Array.of(1e30, 1e30, 1e30) };
  await t.rejects(engine.train(wild), {
    code: 'TRAINING_DIVERGED',
    message: /at step [23]\. Try a lower learning rate/,
  });
});

t.test("a picture's side that is no multiple of 32 is refused", async (t) => {
  const engine = new OnnxTrainingEngine({ ...options, size: 50 });
  await t.rejects(engine.start(), {
    code: 'GRAPH_INVALID',
    message: /multiple of 32.*received 50/,
  });
});

t.test('an engine whose process dies says so', async (t) => {
  const engine = new OnnxTrainingEngine(options);
  await engine.start();
  const ended = t.rejects(engine.train(batches([0, 1, 2])), { code: 'SESSION_CLOSED' });
  await engine.close();
  await ended;
});
