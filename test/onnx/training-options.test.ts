import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  initialResNet18,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
  type TrainingBatches,
  type TrainingOptions,
  type Weights,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { notLong } from '../stand/long.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-training-'));
t.teardown(() => rm(folder, { recursive: true }));

const CLASSES = 3;
const base: TrainingOptions = {
  ...PLAIN_TRAINING,
  size: 32,
  classes: CLASSES,
  batch: 4,
  threads: 1,
  init: initialResNet18({ classes: CLASSES, seed: 1 }),
};

/** Pictures for some steps: those of a step are the same, however they are cut into batches. */
function pictures(steps: number, from = 0): TrainingBatches {
  const each = 4 * 32 * 32 * 3;
  const examples = new Uint8Array(steps * each);
  for (let step = 0; step < steps; step++) {
    const random = seededRandom(from + step);
    for (let i = 0; i < each; i++) examples[step * each + i] = random.between(0, 256);
  }
  const labels = Int32Array.from({ length: steps * 4 }, (_, i) => (from * 4 + i) % CLASSES);
  return { examples, labels, learningRates: new Float32Array(steps).fill(0.01) };
}

async function withEngine<T>(
  options: Partial<TrainingOptions>,
  use: (engine: OnnxTrainingEngine) => Promise<T>,
): Promise<T> {
  const engine = new OnnxTrainingEngine({ ...base, ...options });
  try {
    await engine.start();
    return await use(engine);
  } finally {
    await engine.close();
  }
}

const bytesOf = ({ data }: { data: Float32Array }) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);
const changed = (weights: Weights, than: Weights = base.init) =>
  [...weights].flatMap(([name, tensor]) =>
    bytesOf(tensor).equals(bytesOf(than.get(name) as never)) ? [] : [name],
  );

t.test('two batches of two are a step of four', async (t) => {
  // With statistics of the batch they could not be: those are of two pictures, or of four.
  const options = { frozenStatistics: true, weightDecay: 0.01 };
  const train = (more: Partial<TrainingOptions>) =>
    withEngine({ ...options, ...more }, async (engine) => ({
      ...(await engine.train(pictures(3))),
      weights: await engine.weights(),
    }));
  const whole = await train({});
  const halves = await train({ batch: 2, accumulation: 2 });
  t.same(halves.correct, whole.correct);
  whole.losses.forEach((loss, i) => {
    t.ok(Math.abs(loss - (halves.losses[i] as number)) < 1e-4, `step ${i + 1}`);
  });
  for (const [name, { data }] of whole.weights) {
    const other = halves.weights.get(name)?.data as Float32Array;
    const worst = data.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - (other[i] as number))),
      0,
    );
    if (!(worst < 1e-4)) t.fail(`${name}: ${worst}`);
  }
  t.notOk(
    changed(whole.weights).some((name) => name.includes('running')),
    'frozen statistics stay',
  );
});

for (const [frozenStages, first] of [
  [2, 'layer2.0.conv1.weight'],
  [5, 'fc.weight'],
] as const) {
  t.test(`${frozenStages} frozen stages stay as they are, bit for bit`, async (t) => {
    const weights = await withEngine({ frozenStages }, async (engine) => {
      await engine.train(pictures(2));
      return engine.weights();
    });
    const names = [...weights.keys()];
    t.same(changed(weights), names.slice(names.indexOf(first)));
  });
}

t.test('rounding as INT8 will changes the loss a little, and still learns', async (t) => {
  const run = (options: Partial<TrainingOptions>, steps: number) =>
    withEngine(options, async (engine) => {
      const once = pictures(1);
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) losses.push((await engine.train(once)).losses[0] as number);
      return losses;
    });
  // Statistics of four values a channel, as layer4 has here, would make a large difference of a
  // small one.
  const still = { frozenStatistics: true };
  const [plain] = await run(still, 1);
  const [rounded] = await run({ ...still, quantizationAware: true }, 1);
  t.not(rounded, plain);
  t.ok(Math.abs((rounded as number) - (plain as number)) < 0.01, `${rounded} ${plain}`);
  const losses = await run({ quantizationAware: true }, 8);
  t.ok((losses.at(-1) as number) < 0.5 * (losses[0] as number), `${losses}`);
});

const optimizers = {
  sgd: { kind: 'sgd', momentum: 0.9 },
  adamw: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
} as const;

for (const [name, optimizer] of Object.entries(optimizers)) {
  const skip = name !== 'sgd' && notLong;
  t.test(`${name}: what was saved goes on as if nothing had happened`, { skip }, async (t) => {
    const options = { optimizer, averaging: 0.9 };
    const path = join(folder, `${name}.safetensors`);
    const whole = await withEngine(options, async (engine) => {
      await engine.train(pictures(4));
      return engine.weights();
    });
    await withEngine(options, async (engine) => {
      await engine.train(pictures(2));
      await engine.save(path, { epoch: '1' });
    });
    const resumed = await withEngine(options, async (engine) => {
      await engine.restore(path);
      await engine.train(pictures(2, 2));
      const weights = await engine.weights();
      const lost = { ...pictures(1, 4), learningRates: Float32Array.of(Number.NaN) };
      await engine.train(lost);
      await t.rejects(engine.train(lost), {
        code: 'TRAINING_DIVERGED',
        message: /received NaN at step 6\./,
      });
      return weights;
    });
    t.same(changed(resumed, whole), []);
  });
}

t.test('weights of another network are refused, and named', async (t) => {
  const path = join(folder, 'other.safetensors');
  await withEngine({}, (engine) => engine.save(path, {}));
  const init = initialResNet18({ classes: 5, seed: 1 });
  await withEngine({ classes: 5, init }, (engine) =>
    t.rejects(engine.restore(path), {
      code: 'WEIGHTS_INVALID',
      message: /fc\.weight of shape 5×512 .* received 3×512/,
    }),
  );
});

t.test(
  'AdamW and averaged weights on a head follow the formulas of PyTorch and timm',
  async (t) => {
    const features = Float32Array.from(
      { length: 3 * 4 * 512 },
      (_, i) => ((i * 37) % 101) / 50 - 1,
    );
    const labels = Int32Array.from({ length: 12 }, (_, i) => i % CLASSES);
    const rates = [0.01, 0.02, 0.005];
    const options = { network: 'head' as const, optimizer: optimizers.adamw, weightDecay: 0.1 };
    const batches = { examples: features, labels, learningRates: Float32Array.from(rates) };
    const run = (averaging: number | null) =>
      withEngine({ ...options, averaging }, async (engine) => {
        await engine.train(batches);
        return engine.weights();
      });
    const expected = reference(features, labels, rates);
    const near = (weights: Weights, values: Float64Array) =>
      (weights.get('fc.weight') as { data: Float32Array }).data.reduce(
        (most, v, i) => Math.max(most, Math.abs(v - (values[i] as number))),
        0,
      );
    const last = near(await run(null), expected.weight);
    const average = near(await run(0.9), expected.average);
    t.ok(last < 1e-5, `weights: largest difference ${last}`);
    t.ok(average < 1e-5, `averages: largest difference ${average}`);
  },
);

t.test(
  'what changes a head, added to it, is the head that plain training gives; decay holds it back',
  async (t) => {
    const batches = {
      examples: Float32Array.from({ length: 3 * 4 * 512 }, (_, i) => ((i * 37) % 101) / 50 - 1),
      labels: Int32Array.from({ length: 12 }, (_, i) => i % CLASSES),
      learningRates: Float32Array.of(0.01, 0.02, 0.005),
    };
    const run = (network: 'head' | 'head change', weightDecay: number) =>
      withEngine({ network, weightDecay }, async (engine) => {
        await engine.train(batches);
        const weights = await engine.weights();
        return ['fc.weight', 'fc.bias'].map((name) => weights.get(name)?.data as Float32Array);
      });
    const [weight, bias] = await run('head', 0);
    const [weightChange, biasChange] = await run('head change', 0);
    const apart = (
      whole: Float32Array | undefined,
      change: Float32Array | undefined,
      name: string,
    ) => {
      const start = base.init.get(name)?.data as Float32Array;
      return (whole as Float32Array).reduce((most, value, i) => {
        const sum = (start[i] as number) + (change?.[i] as number);
        return Math.max(most, Math.abs(value - sum));
      }, 0);
    };
    t.ok(apart(weight, weightChange, 'fc.weight') < 1e-5);
    t.ok(apart(bias, biasChange, 'fc.bias') < 1e-5);
    const size = (values: Float32Array | undefined) => Math.hypot(...(values as Float32Array));
    const [held, heldBias] = await run('head change', 20);
    t.ok(size(held) < 0.9 * size(weightChange), 'the weights');
    t.ok(size(heldBias) < 0.9 * size(biasChange), 'and the bias');
  },
);

/**
 * In float64: softmax regression of three steps, AdamW with decay 0.1 on the weights, and their
 * moving average.
 */
function reference(features: Float32Array, labels: Int32Array, rates: readonly number[]) {
  const w = Float64Array.from(base.init.get('fc.weight')?.data ?? []);
  const b = Float64Array.from(base.init.get('fc.bias')?.data ?? []);
  const average = w.slice();
  const memories = [w, b].map(({ length }) => [new Float64Array(length), new Float64Array(length)]);
  rates.forEach((rate, step) => {
    const gradients = [new Float64Array(w.length), new Float64Array(b.length)] as const;
    for (let row = step * 4; row < step * 4 + 4; row++) {
      const x = features.subarray(row * 512, (row + 1) * 512);
      const logits = Array.from(b, (bias, c) =>
        x.reduce((sum, v, i) => sum + v * (w[c * 512 + i] as number), bias),
      );
      const total = logits.reduce((sum, v) => sum + Math.exp(v), 0);
      logits.forEach((logit, c) => {
        const d = (Math.exp(logit) / total - (labels[row] === c ? 1 : 0)) / 4;
        gradients[1][c] = (gradients[1][c] as number) + d;
        x.forEach((v, i) => {
          gradients[0][c * 512 + i] = (gradients[0][c * 512 + i] as number) + d * v;
        });
      });
    }
    [w, b].forEach((values, k) => {
      const [mean, square] = memories[k] as [Float64Array, Float64Array];
      values.forEach((value, i) => {
        const g = gradients[k as 0 | 1][i] as number;
        mean[i] = 0.9 * (mean[i] as number) + 0.1 * g;
        square[i] = 0.999 * (square[i] as number) + 0.001 * g * g;
        const root = Math.sqrt((square[i] as number) / (1 - 0.999 ** (step + 1)));
        const direction = (mean[i] as number) / (1 - 0.9 ** (step + 1)) / (root + 1e-8);
        values[i] = value * (1 - (k === 0 ? rate * 0.1 : 0)) - rate * direction;
      });
    });
    const decay = Math.min(0.9, (2 + step) / (11 + step));
    average.forEach((v, i) => {
      average[i] = v + (1 - decay) * ((w[i] as number) - v);
    });
  });
  return { weight: w, average };
}
