import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  initialResNet18,
  PLAIN_TRAINING,
  saveSafetensors,
  type TrainingBatches,
  type TrainingEngine,
  type TrainingOptions,
  type Weights,
} from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { createEngine, type EngineKind } from '../../trainer/src/fit/create-engine.ts';
import { notLong } from '../stand/long.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-tensorflow-'));
t.teardown(() => rm(folder, { recursive: true }));

const CLASSES = 3;
const base: TrainingOptions = {
  ...PLAIN_TRAINING,
  size: 32,
  classes: CLASSES,
  batch: 4,
  threads: 1,
  labelSmoothing: 0.1,
  classWeights: [1, 2, 0.5],
  init: initialResNet18({ classes: CLASSES, seed: 1 }),
};
const sgd = { kind: 'sgd', momentum: 0.9 } as const;
const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Batches of four: of pictures, or of embeddings for a head. */
function batches(count: number, rates: readonly number[], head = false, from = 0): TrainingBatches {
  const random = seededRandom(1, from);
  const length = count * 4 * (head ? 512 : 32 * 32 * 3);
  const examples = head
    ? Float32Array.from({ length }, () => random.between(0, 2))
    : Uint8Array.from({ length }, () => random.between(0, 256));
  const labels = Int32Array.from({ length: count * 4 }, (_, i) => (i + from) % CLASSES);
  return { examples, labels, learningRates: Float32Array.from(rates) };
}

async function withEngine<T>(
  kind: EngineKind,
  options: Partial<TrainingOptions>,
  use: (engine: TrainingEngine) => Promise<T>,
): Promise<T> {
  const engine = createEngine(kind, { ...base, ...options });
  try {
    await engine.start();
    return await use(engine);
  } finally {
    await engine.close();
  }
}

function both(options: Partial<TrainingOptions>, given: TrainingBatches) {
  const trained = (kind: EngineKind) =>
    withEngine(kind, options, async (engine) => ({
      ...(await engine.train(given)),
      weights: await engine.weights(),
    }));
  return Promise.all([trained('onnx'), trained('tfjs')]);
}

/**
 * How far two ways from the same start are apart, by the length of the first: 0 where neither
 * moved.
 */
function apart(name: string, one: Weights, other: Weights): number {
  const [start, a, b] = [base.init, one, other].map((weights) => weights.get(name)?.data);
  if (!(start && a && b && a.length === b.length)) return Number.POSITIVE_INFINITY;
  const norm = (of: (i: number) => number) =>
    Math.sqrt(start.reduce((sum, _, i) => sum + of(i) ** 2, 0));
  const difference = norm((i) => (a[i] as number) - (b[i] as number));
  return difference === 0 ? 0 : difference / norm((i) => (a[i] as number) - (start[i] as number));
}

const relative = (one = Number.NaN, other = Number.NaN) => Math.abs(one - other) / Math.abs(one);

t.test('both engines agree on the loss and on every gradient', async (t) => {
  // One step of plain gradient descent, so long that nothing is left of the weights' own rounding:
  // what a weight moved by is its gradient times a power of two. Running averages show the batch's
  // statistics.
  const options = { optimizer: { ...sgd, momentum: 0 }, weightDecay: 0 };
  const batch = batches(1, [2 ** 20]);
  const [ours, witness] = await both(options, batch);
  const loss = relative(ours.losses[0], witness.losses[0]);
  t.ok(loss < 1e-4, `loss ${ours.losses[0]}: ${loss}`);
  t.same(witness.correct, ours.correct);
  t.same([...witness.weights.keys()], [...ours.weights.keys()]);
  for (const name of ours.weights.keys()) {
    const distance = apart(name, ours.weights, witness.weights);
    t.ok(distance > 0 && distance < 1e-3, `${name}: ${distance.toExponential(1)}`);
  }
});

/** Only the last stage learns: the plain backend takes its time. */
const fewer = { frozenStages: 4, weightDecay: 0.1 };

for (const [what, options, rates, skip] of [
  ['SGD with momentum', { ...fewer, optimizer: sgd }, [1e-3, 2e-3], false],
  [
    'AdamW, frozen statistics',
    { ...fewer, optimizer: adamw, frozenStatistics: true },
    [0.01, 0.02],
    notLong,
  ],
] as const) {
  t.test(`both engines agree over several steps: ${what}`, { skip }, async (t) => {
    const { frozenStatistics }: Partial<TrainingOptions> = options;
    const given = batches(rates.length, rates);
    const [ours, witness] = await both(options, given);
    t.same(witness.correct, ours.correct);
    ours.losses.forEach((loss, step) => {
      const distance = relative(loss, witness.losses[step]);
      t.ok(distance < 1e-4, `loss of step ${step + 1}: ${distance.toExponential(1)}`);
    });
    for (const name of ours.weights.keys()) {
      const distance = apart(name, ours.weights, witness.weights);
      const frozen = !/^(layer4|fc)/.test(name) || (frozenStatistics && name.includes('running'));
      t.ok(frozen ? distance === 0 : distance > 0, `${name} ${frozen ? 'stays' : 'moves'}`);
      t.ok(distance < 1e-2, `${name}: ${distance.toExponential(1)}`);
    }
  });
}

/** Two batches a step, averaged over steps. */
const head = { network: 'head', optimizer: adamw, averaging: 0.9, accumulation: 2 } as const;

t.test('a head: both engines agree, and what was saved goes on bit for bit', async (t) => {
  const [first, then] = [batches(4, [0.01, 0.02], true), batches(4, [0.01, 0.005], true, 4)];
  const path = join(folder, 'head.safetensors');
  const run = async (engine: TrainingEngine, saved?: string) => {
    await engine.train(first);
    if (saved) await engine.save(saved, { epoch: '1' });
    await engine.train(then);
    return engine.weights();
  };
  const ours = await withEngine('onnx', head, (engine) => run(engine));
  const witness = await withEngine('tfjs', head, (engine) => run(engine, path));
  for (const name of ours.keys()) {
    const distance = apart(name, ours, witness);
    t.ok(distance > 0 && distance < 1e-4, `${name}: ${distance.toExponential(1)}`);
  }
  const resumed = await withEngine('tfjs', head, async (engine) => {
    await engine.restore(path);
    await engine.train(then);
    return engine.weights();
  });
  t.same(resumed, witness);
});

t.test('what was saved in another shape is refused, and named', async (t) => {
  const path = join(folder, 'other.safetensors');
  const tensor = { dims: [5, 512], data: new Float32Array(5 * 512) };
  await saveSafetensors(path, { tensors: new Map([['fc.weight', tensor]]), metadata: {} });
  await withEngine('tfjs', head, (engine) =>
    t.rejects(engine.restore(path), {
      code: 'WEIGHTS_INVALID',
      message: /fc\.weight of shape 3×512 .* received 5×512/,
    }),
  );
});

t.test('it says what it runs on, and refuses what it can not do', async (t) => {
  await withEngine('tfjs', head, async ({ runtime }) => {
    t.match(runtime, /^TensorFlow\.js \d+\.\d+\.\d+, @tensorflow\/tfjs-/);
  });
  await t.rejects(
    withEngine('tfjs', { quantizationAware: true }, async () => {}),
    { code: 'OPTION_INVALID', message: /received quantization-aware training/ },
  );
  await t.rejects(
    withEngine('tfjs', { size: 50 }, async () => {}),
    { code: 'GRAPH_INVALID', message: /multiple of 32.*received 50/ },
  );
});
