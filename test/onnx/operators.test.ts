import { InferenceSession, Tensor } from 'onnxruntime-node';
import t from 'tap';
import { GraphBuilder, model, type Value, valueInfo } from '../../onnx/src/graph/graph-builder.ts';
import { type Feature, Tape, type TrainingGraph } from '../../onnx/src/graph/tape.ts';
import { add } from '../../onnx/src/operators/add.ts';
import { batchNorm, frozenBatchNorm } from '../../onnx/src/operators/batch-norm.ts';
import { convolution } from '../../onnx/src/operators/convolution.ts';
import { formsOf } from '../../onnx/src/operators/convolution-form.ts';
import { crossEntropy } from '../../onnx/src/operators/cross-entropy.ts';
import {
  fakeQuantizeActivation,
  fakeQuantizeWeights,
} from '../../onnx/src/operators/fake-quantize.ts';
import { globalAveragePool } from '../../onnx/src/operators/global-average-pool.ts';
import { linear } from '../../onnx/src/operators/linear.ts';
import { maxPool } from '../../onnx/src/operators/max-pool.ts';
import { regroup } from '../../onnx/src/operators/regroup.ts';
import { relu } from '../../onnx/src/operators/relu.ts';
import { slidingWindow } from '../../onnx/src/operators/window-table.ts';
import { encodeModel } from '../../onnx/src/protobuf/encode.ts';
import { DataType } from '../../onnx/src/protobuf/model.ts';

type Inputs = Record<string, readonly number[]>;
type Build = (training: TrainingGraph, inputs: Record<string, Value>) => Value;

const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
/**
 * Irregular values that stand apart by more than a step, so that no maximum is a tie and no ReLU at
 * its corner.
 */
const values = (shape: readonly number[], seed: number) => {
  const n = count(shape);
  return Float32Array.from({ length: n }, (_, i) => ((((i + seed) * 37) % n) + 0.5) / (n / 2) - 1);
};

/**
 * The operator with a loss `Σ out·c` behind it, whose outputs are the loss and the gradient of
 * every input.
 */
async function differentiate(inputs: Inputs, build: Build) {
  const graph = new GraphBuilder();
  const tape = new Tape(graph);
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, { name, shape }]),
  );
  for (const value of Object.values(given)) tape.want(value);
  const out = build({ graph, tape, provider: 'cpu', threads: 2 }, given);
  const weights = graph.floats(values(out.shape, 5), out.shape);
  const loss = graph.op('ReduceSum', [graph.mul(out, weights)], [], { keepdims: 0 });
  tape.accumulate(out, () => weights);
  tape.backward();
  const gradients = Object.keys(inputs).map((name) => tape.gradient(given[name] as Value).name);
  const session = await InferenceSession.create(
    encodeModel(
      model(
        graph.graph(
          'check',
          Object.entries(inputs).map(([name, shape]) => valueInfo(name, DataType.FLOAT, shape)),
          [loss.name, ...gradients].map((name) => ({
            name,
            type: { tensorType: { elemType: DataType.FLOAT } },
          })),
        ),
      ),
    ),
    { graphOptimizationLevel: 'disabled' },
  );
  const run = async (feeds: Record<string, Float32Array>) => {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => [
        name,
        new Tensor('float32', data, inputs[name] as number[]),
      ]),
    );
    const results = await session.run(tensors);
    return {
      loss: results[loss.name]?.data[0] as number,
      gradients: gradients.map((name) => results[name]?.data as Float32Array),
    };
  };
  return run;
}

/** Two pictures, each a part of its own. */
function feature({ graph, tape }: TrainingGraph, value: Value | undefined): Feature {
  const [rows, channels] = (value as Value).shape as [number, number];
  const parts = graph.split(value as Value, 2);
  tape.recordAll(parts, [value as Value], (gradients) =>
    tape.accumulate(value as Value, () => graph.concat(gradients)),
  );
  return { parts, pictures: 1, side: Math.sqrt(rows / 2), channels };
}

/** Both pictures in one part. */
function whole(training: TrainingGraph, x: Feature): Value {
  const [value] = regroup(training, x, 2).parts;
  return value as Value;
}

const convolutionCases = (
  side: number,
  kernel: number,
  stride: number,
  padding: number,
  channels: [number, number],
): [string, Inputs, Build][] => {
  const window = slidingWindow(1, side, kernel, stride, padding);
  const forms = formsOf({ window, channels: { in: channels[0], out: channels[1] }, parts: 2 });
  return forms.forward.flatMap((forward) =>
    forms.inputGradient.map((inputGradient): [string, Inputs, Build] => [
      `convolution ${kernel}×${kernel}, stride ${stride}, padding ${padding}, ${channels.join('→')} channels on ${side}² (${forward}; ${inputGradient})`,
      { x: [2 * side * side, channels[0]], w: [kernel * kernel * channels[0], channels[1]] },
      (training, { x, w }) => {
        const form = { forward, inputGradient };
        return whole(
          training,
          convolution(training, feature(training, x), w as Value, window, form),
        );
      },
    ]),
  );
};

const cases: [string, Inputs, Build][] = [
  ...convolutionCases(5, 3, 1, 1, [2, 3]),
  ...convolutionCases(2, 3, 1, 1, [2, 8]),
  ...convolutionCases(4, 3, 1, 1, [2, 8]),
  ...convolutionCases(3, 3, 1, 1, [2, 3]),
  ...convolutionCases(6, 3, 2, 1, [2, 3]),
  ...convolutionCases(5, 3, 2, 1, [2, 3]),
  ...convolutionCases(4, 1, 1, 0, [3, 2]),
  ...convolutionCases(4, 1, 2, 0, [3, 2]),
  ...convolutionCases(6, 5, 1, 2, [1, 2]),
  ...convolutionCases(4, 2, 2, 0, [2, 2]),
  [
    'batch normalization',
    { x: [8, 3], gamma: [1, 3], beta: [1, 3] },
    (training, { x, gamma, beta }) =>
      whole(
        training,
        batchNorm(training, feature(training, x), gamma as Value, beta as Value).output,
      ),
  ],
  [
    'relu',
    { x: [8, 3] },
    (training, { x }) => whole(training, relu(training, feature(training, x))),
  ],
  [
    'add, and a value used twice',
    { a: [8, 3], b: [8, 3] },
    (training, { a, b }) => {
      const first = feature(training, a);
      const sum = add(training, first, feature(training, b));
      return whole(training, add(training, sum, first));
    },
  ],
  [
    'maximum pooling after a ReLU',
    { x: [2 * 36, 2] },
    (training, { x }) =>
      whole(
        training,
        maxPool(training, relu(training, feature(training, x)), slidingWindow(1, 6, 3, 2, 1)),
      ),
  ],
  [
    'global average pooling',
    { x: [18, 4] },
    (training, { x }) => globalAveragePool(training, feature(training, x)),
  ],
  [
    'linear',
    { x: [3, 5], w: [4, 5], b: [4] },
    (training, { x, w, b }) => linear(training, x as Value, w as Value, b as Value),
  ],
  ...[0, 0.1].map((smoothing): [string, Inputs, Build] => [
    `cross-entropy with label smoothing ${smoothing}`,
    { logits: [3, 4] },
    (training, { logits }) => {
      const labels = training.graph.int32s(Int32Array.of(2, 0, 3), [3]);
      return crossEntropy(training, logits as Value, labels, smoothing).loss;
    },
  ]),
  [
    'cross-entropy with weights of the classes',
    { logits: [3, 4] },
    (training, { logits }) => {
      const labels = training.graph.int32s(Int32Array.of(2, 0, 3), [3]);
      return crossEntropy(training, logits as Value, labels, 0.1, [1, 2, 0.5, 3]).loss;
    },
  ],
  [
    'batch normalization by statistics that stay as they are',
    { x: [8, 3], gamma: [1, 3], beta: [1, 3] },
    (training, { x, gamma, beta }) => {
      const mean = training.graph.floats([0.1, -0.2, 0.3], [1, 3]);
      const variance = training.graph.floats([1, 2, 0.5], [1, 3]);
      const parameters = { gamma: gamma as Value, beta: beta as Value, mean, variance };
      return whole(training, frozenBatchNorm(training, feature(training, x), parameters));
    },
  ],
];

for (const [name, inputs, build] of cases) {
  t.test(`gradient of ${name} agrees with central differences`, async (t) => {
    const run = await differentiate(inputs, build);
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([input, shape], i) => [input, values(shape, i + 1)]),
    );
    const { gradients } = await run(feeds);
    const names = Object.keys(inputs);
    for (const [index, input] of names.entries()) {
      const data = feeds[input] as Float32Array;
      const analytic = gradients[index] as Float32Array;
      t.equal(analytic.length, data.length, `${input} has a gradient for each element`);
      let worst = 0;
      for (let i = 0; i < data.length; i++) {
        const numeric = await centralDifference(run, feeds, input, i);
        worst = Math.max(
          worst,
          Math.abs(numeric - (analytic[i] as number)) / (1 + Math.abs(numeric)),
        );
      }
      t.ok(worst < 5e-3, `${input}: largest difference ${worst.toExponential(1)}`);
    }
  });
}

async function centralDifference(
  run: Awaited<ReturnType<typeof differentiate>>,
  feeds: Record<string, Float32Array>,
  input: string,
  i: number,
): Promise<number> {
  const step = 5e-3;
  const at = async (shift: number) => {
    const moved = (feeds[input] as Float32Array).slice();
    moved[i] = (moved[i] as number) + shift;
    return (await run({ ...feeds, [input]: moved })).loss;
  };
  return ((await at(step)) - (await at(-step))) / (2 * step);
}

for (const [what, build] of [
  ['activations', (training, { x }) => fakeQuantizeActivation(training, x as Value)],
  ['weights', (training, { x }) => fakeQuantizeWeights(training, x as Value, 1)],
] as [string, Build][]) {
  t.test(`rounded ${what}: few steps, near what they were, and the gradient passes`, async (t) => {
    const shape = [512, 2];
    const x = values(shape, 3);
    const run = await differentiate({ x: shape }, build);
    const weights = values(shape, 5);
    const { loss, gradients } = await run({ x });
    t.same(gradients[0], weights, 'the gradient of what comes out is that of what went in');
    // Within ±1 a step is 2/255 for activations, 1/127 for weights; nothing moves by more than half
    // of one.
    const exact = x.reduce((sum, v, i) => sum + v * (weights[i] as number), 0);
    const most = weights.reduce((sum, w) => sum + Math.abs(w) * (0.5 / 127), 0);
    const error = Math.abs(loss - exact);
    t.ok(error > 1e-3 && error < most, `${error} within ${most}`);
  });
}

t.test('what leads to no wanted value is not computed', async (t) => {
  const graph = new GraphBuilder();
  const tape = new Tape(graph);
  const [x, w] = [
    { name: 'x', shape: [8, 3] },
    { name: 'w', shape: [3, 2] },
  ];
  tape.want(w);
  const training: TrainingGraph = { graph, tape, provider: 'cpu', threads: 2 };
  const own: Feature = { parts: [x], pictures: 2, side: 2, channels: 3 };
  const form = { forward: 'gather, again', inputGradient: 'summed' } as const;
  const [out] = convolution(training, relu(training, own), w, slidingWindow(2, 2, 1, 1, 0), form)
    .parts as [Value];
  tape.accumulate(out, () => out);
  tape.backward();
  t.same(
    graph.nodes.map(({ opType }) => opType),
    ['Relu', 'MatMul', 'Gemm'],
    'forward, and the gradient of the weights alone',
  );
});

t.test('a value that nothing depends on has no gradient, and says so', async (t) => {
  const graph = new GraphBuilder();
  const tape = new Tape(graph);
  t.throws(() => tape.gradient({ name: 'x', shape: [] }), { code: 'GRAPH_INVALID' });
});
