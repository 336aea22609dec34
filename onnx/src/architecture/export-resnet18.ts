import { GraphBuilder, model, type Value, valueInfo } from '../graph/graph-builder.ts';
import { BATCH_NORM_EPSILON } from '../operators/batch-norm.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { type ConvolutionSpec, EMBEDDING, resnet18 } from './resnet18.ts';
import { requireTensor, type Weights } from './weights.ts';

/**
 * ResNet18 for inference, FP32, as the bytes of an `.onnx` file: `input: float32[N, 3, size, size]`
 * normalized → `logits: float32[N, classes]`, `embedding: float32[N, 512]`. Batch normalization is
 * folded into the convolutions, in float64. Equal weights give equal bytes.
 */
export function exportResNet18(
  weights: Weights,
  options: { readonly size: number; readonly classes: number },
): Uint8Array {
  const { size, classes } = options;
  const graph = new GraphBuilder();
  // Shapes are left to the runtime: the batch is dynamic, and nothing here computes with them.
  const op = (opType: string, inputs: Value[], attributes = {}) =>
    graph.op(opType, inputs, [], attributes);
  const { embedding, logits } = resnet18<Value, Value>(
    {
      convolutionNorm: (x, spec) => foldedConvolution(graph, weights, x, spec),
      relu: (x) => op('Relu', [x]),
      add: (a, b) => op('Add', [a, b]),
      maxPool: (x) =>
        op('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
      globalAveragePool: (x) => op('Flatten', [op('GlobalAveragePool', [x])], { axis: 1 }),
      linear: (x, name) => {
        const weight = constant(graph, weights, `${name}.weight`);
        return op('Gemm', [x, weight, constant(graph, weights, `${name}.bias`)], { transB: 1 });
      },
    },
    { name: 'input', shape: [] },
  );
  renameOutputs(
    graph,
    new Map([
      [embedding.name, 'embedding'],
      [logits.name, 'logits'],
    ]),
  );
  return encodeModel(
    model(
      graph.graph(
        'resnet18',
        [valueInfo('input', DataType.FLOAT, ['N', 3, size, size])],
        [
          valueInfo('logits', DataType.FLOAT, ['N', classes]),
          valueInfo('embedding', DataType.FLOAT, ['N', EMBEDDING]),
        ],
      ),
    ),
  );
}

function foldedConvolution(
  graph: GraphBuilder,
  weights: Weights,
  x: Value,
  spec: ConvolutionSpec,
): Value {
  const { data, dims } = requireTensor(weights, `${spec.name}.weight`);
  const part = (name: string) => requireTensor(weights, `${spec.normName}.${name}`).data;
  const [gamma, beta, mean, variance] = [
    part('weight'),
    part('bias'),
    part('running_mean'),
    part('running_var'),
  ];
  const folded = new Float32Array(data.length);
  const bias = new Float32Array(spec.outChannels);
  const perChannel = data.length / spec.outChannels;
  for (let channel = 0; channel < spec.outChannels; channel++) {
    const scale =
      (gamma[channel] as number) / Math.sqrt((variance[channel] as number) + BATCH_NORM_EPSILON);
    bias[channel] = (beta[channel] as number) - (mean[channel] as number) * scale;
    for (let i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
      folded[i] = (data[i] as number) * scale;
    }
  }
  const { kernel, stride, padding } = spec;
  return graph.op(
    'Conv',
    [
      x,
      graph.floats(folded, dims, `${spec.name}.weight`),
      graph.floats(bias, [bias.length], `${spec.name}.bias`),
    ],
    [],
    {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    },
  );
}

function constant(graph: GraphBuilder, weights: Weights, name: string): Value {
  const { data, dims } = requireTensor(weights, name);
  return graph.floats(data, dims, name);
}

function renameOutputs(graph: GraphBuilder, names: ReadonlyMap<string, string>): void {
  for (const node of graph.nodes) {
    node.output = node.output?.map((name) => names.get(name) ?? name) ?? [];
    node.input = node.input?.map((name) => names.get(name) ?? name) ?? [];
  }
}
