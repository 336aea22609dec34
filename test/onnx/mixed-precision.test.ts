import { initialResNet18, OnnxTrainingEngine, PLAIN_TRAINING } from '@edgeloop/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import t from 'tap';
import { encodeModel } from '../../onnx/src/protobuf/encode.ts';
import { DataType, type GraphProto, type ModelProto } from '../../onnx/src/protobuf/model.ts';
import { headNetwork } from '../../onnx/src/training/head-network.ts';
import type { TrainingNetwork } from '../../onnx/src/training/network.ts';
import { resnet18Network } from '../../onnx/src/training/resnet18-network.ts';
import { batchModel, nextOf } from '../../onnx/src/training/step-graph.ts';
import { STEP_SCALARS, stepScalars } from '../../onnx/src/training/step-scalars.ts';
import {
  type StateTensor,
  type StepOptions,
  trainingState,
} from '../../onnx/src/training/training-state.ts';

const [CLASSES, BATCH, SIZE] = [3, 16, 32];
const init = initialResNet18({ classes: CLASSES, seed: 1 });
const mixed: StepOptions = { ...PLAIN_TRAINING, precision: 'mixed', threads: 2 };

const head = headNetwork(init, BATCH);
const resnet18 = resnet18Network({ ...PLAIN_TRAINING, size: SIZE, batch: BATCH, init });
/** As CUDA has it: by Conv. */
const convolving = resnet18Network({
  ...PLAIN_TRAINING,
  size: SIZE,
  batch: BATCH,
  init,
  provider: 'cuda',
  precision: 'mixed',
});

type State = Readonly<Record<string, Float32Array>>;

/**
 * The step on the CPU provider. It has no float16 products and computes them in float32; a Reshape
 * behind each cast keeps the optimizer from dropping the rounding with it.
 */
async function stepper(network: TrainingNetwork, options: StepOptions) {
  const layout = trainingState(network.parameters, options);
  const session = await InferenceSession.create(
    encodeModel(withRounding(batchModel(network, options))),
  );
  const step = async (state: State, examples: Uint8Array | Float32Array, batch = 0) => {
    const labels = Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES);
    const scalars = stepScalars(options, Float32Array.of(0.01), 0);
    const results = await session.run({
      ...Object.fromEntries(
        layout.map(({ name, dims }) => [name, new Tensor('float32', state[name] ?? [], dims)]),
      ),
      examples: new Tensor(
        examples instanceof Float32Array ? 'float32' : 'uint8',
        examples as never,
        network.examples.dims,
      ),
      labels: new Tensor('int32', labels, [BATCH]),
      scalars: new Tensor(
        'float32',
        scalars.slice(batch * STEP_SCALARS.length, (batch + 1) * STEP_SCALARS.length),
        [STEP_SCALARS.length],
      ),
    });
    const next = layout.map(({ name }) => [name, results[nextOf(name)]?.data as Float32Array]);
    return {
      loss: results.losses?.data[0] as number,
      state: Object.fromEntries(next) as State,
    };
  };
  return { step, begin: beginning(layout) };
}

function beginning(layout: readonly StateTensor[]): State {
  return Object.fromEntries(
    layout.map(({ name, dims, initial }) => {
      const size = dims.reduce((product, n) => product * n, 1);
      return [name, initial ?? new Float32Array(size)];
    }),
  );
}

/** Shapes of Reshape that leave a tensor of so many dimensions as it is. */
const asItIs = (dimensions: number) => ({
  name: `as it is ${dimensions}`,
  dims: [dimensions],
  dataType: DataType.INT64,
  rawData: new Uint8Array(8 * dimensions),
});
const [MATRIX, PLANES] = [asItIs(2), asItIs(4)];

function withRounding(model: ModelProto): ModelProto {
  const graph = model.graph as GraphProto;
  const convolved = new Set(
    (graph.node ?? []).flatMap(({ opType, input }) => (opType === 'Conv' ? (input ?? []) : [])),
  );
  const node = (graph.node ?? []).flatMap((cast) => {
    const to = cast.attribute?.find(({ name }) => name === 'to')?.i;
    if (cast.opType !== 'Cast' || to !== DataType.FLOAT16) return [cast];
    const [output = ''] = cast.output ?? [];
    const rounded = `${output} rounded`;
    const shape = convolved.has(output) ? PLANES : MATRIX;
    const reshape = { opType: 'Reshape', input: [rounded, shape.name], output: [output] };
    return [{ ...cast, output: [rounded] }, reshape];
  });
  return {
    ...model,
    graph: {
      ...graph,
      node,
      initializer: [...(graph.initializer ?? []), MATRIX, ...(convolved.size > 0 ? [PLANES] : [])],
    },
  };
}

const embeddings = (scale: number) =>
  Float32Array.from({ length: BATCH * 512 }, (_, i) => scale * ((((i * 37) % 101) - 50) / 50));
const pixels = Uint8Array.from(
  { length: BATCH * SIZE * SIZE * 3 },
  (_, i) => (Math.imul(i, 2654435761) >>> 24) & 255,
);
const scaleOf = (state: State) => [state['loss scale']?.[0], state['good steps']?.[0]];
const withScale = (state: State, scale: number, goodSteps = 0): State => ({
  ...state,
  'loss scale': Float32Array.of(scale),
  'good steps': Float32Array.of(goodSteps),
});
/** Of the change that a step makes to a tensor, as a share of it. */
function difference(name: string, begin: State, a: State, b: State): number {
  const [from, one, other] = [begin, a, b].map((state) => state[name] as Float32Array);
  let [apart, moved] = [0, 0];
  one?.forEach((v, i) => {
    apart += (v - (other?.[i] as number)) ** 2;
    moved += (v - (from?.[i] as number)) ** 2;
  });
  return Math.sqrt(apart / moved);
}

/**
 * Known for sure with `identity` as weights: of the loss a gradient of 1e-9 is left, a thirtieth of
 * float16's least number.
 */
const sure = Float32Array.from({ length: BATCH * 512 }, (_, i) =>
  i % 512 === Math.floor(i / 512) % CLASSES ? 18 : 0,
);
const identity = Float32Array.from({ length: CLASSES * 512 }, (_, i) => (i % 513 === 0 ? 1 : 0));

for (const [forms, network] of [
  ['gathering', resnet18],
  ['convolving', convolving],
] as const) {
  t.test(
    `a step in mixed precision is the step in float32 but for the rounding, ${forms}`,
    async (t) => {
      const [full, half] = [
        await stepper(resnet18, { ...mixed, precision: 'float32' }),
        await stepper(network, mixed),
      ];
      const [a, b] = [await full.step(full.begin, pixels), await half.step(half.begin, pixels)];
      t.not(a.loss, b.loss);
      t.ok(Math.abs(a.loss - b.loss) < 5e-3, `${a.loss} ~ ${b.loss}`);
      for (const name of [
        'conv1.weight',
        'layer2.0.bn1.weight',
        'layer4.1.conv2.weight',
        'fc.weight',
      ]) {
        const apart = difference(name, full.begin, a.state, b.state);
        // Mostly from ReLUs that the rounding of their input has turned on or off.
        t.ok(apart > 0 && apart < 0.2, `${name} ${apart}`);
      }
      t.same(scaleOf(b.state), [4096, 1]);
    },
  );
}

t.test('gradients that float16 rounds to zero survive by the scale', async (t) => {
  const gradient = async (precision: 'float32' | 'mixed', scale: number) => {
    const { step, begin } = await stepper(head, { ...mixed, precision, weightDecay: 0 });
    const { state } = await step(withScale({ ...begin, 'fc.weight': identity }, scale), sure);
    return state['velocity fc.weight'] as Float32Array;
  };
  const [wanted, scaled, plain] = [
    await gradient('float32', 1),
    await gradient('mixed', 4096),
    await gradient('mixed', 1),
  ];
  const off = scaled.map((v, i) => Math.abs(v - (wanted[i] as number)));
  t.ok(Math.max(...off) < 0.02 * Math.max(...wanted));
  t.ok(Math.max(...wanted) > 0);
  t.ok(plain.every((v) => v === 0));
});

t.test('a step whose gradients are not finite is left out, and halves the scale', async (t) => {
  const { step, begin } = await stepper(resnet18, mixed);
  const before = withScale(begin, 2 ** 24, 7);
  const { state, loss } = await step(before, pixels);
  t.same(scaleOf(state), [2 ** 23, 0]);
  t.ok(Number.isFinite(loss));
  for (const [name, data] of Object.entries(state)) {
    if (name === 'loss scale' || name === 'good steps') continue;
    if (
      !Buffer.from(data.buffer).equals(Buffer.from((before[name] as Float32Array).slice().buffer))
    ) {
      t.fail(`${name} has changed`);
    }
  }
});

t.test('two hundred good steps in a row double the scale, up to a limit', async (t) => {
  const { step, begin } = await stepper(head, mixed);
  const after = async (scale: number, good: number) => {
    const state = withScale({ ...begin, 'fc.weight': identity }, scale, good);
    return scaleOf((await step(state, sure)).state);
  };
  t.same(await after(1024, 198), [1024, 199]);
  t.same(await after(1024, 199), [2048, 0]);
  t.same(await after(2 ** 24, 199), [2 ** 24, 0]);
});

t.test('a scale that has come down to nothing ends training: the loss is no number', async (t) => {
  const { step, begin } = await stepper(head, mixed);
  t.ok(Number.isFinite((await step(withScale(begin, 2 ** -10), embeddings(1))).loss));
  t.ok(Number.isNaN((await step(withScale(begin, 2 ** -11), embeddings(1))).loss));
});

t.test(
  'of a step in parts, one part that overflows leaves out the step, not the next',
  async (t) => {
    const { step, begin } = await stepper(head, { ...mixed, accumulation: 2 });
    const spoilt = await step(begin, embeddings(1e30), 0);
    t.same(scaleOf(spoilt.state), [4096, 0], 'a step is judged when it ends');
    const ended = await step(spoilt.state, embeddings(1), 1);
    t.same(scaleOf(ended.state), [2048, 0]);
    t.same(ended.state['fc.weight'], begin['fc.weight']);
    const first = await step(ended.state, embeddings(1), 0);
    const second = await step(first.state, embeddings(1), 1);
    t.same(scaleOf(second.state), [2048, 1]);
    t.not(second.state['fc.weight']?.[0], begin['fc.weight']?.[0]);
  },
);

t.test('the CPU refuses mixed precision: it would only lose time', async (t) => {
  const options = { size: SIZE, classes: CLASSES, batch: BATCH, threads: 1, init };
  const engine = new OnnxTrainingEngine({ ...PLAIN_TRAINING, ...options, precision: 'mixed' });
  t.teardown(() => engine.close());
  await t.rejects(engine.start(), { code: 'PROVIDER_MISSING', message: /no float16 kernels/ });
});
