import { type ConvolutionSpec, EMBEDDING, resnet18 } from '../../architecture/resnet18.ts';
import type { FloatTensor } from '../../architecture/weights.ts';
import { BATCH_NORM_EPSILON } from '../../operators/batch-norm.ts';
import { decodeModel } from '../../protobuf/decode.ts';
import type { NodeProto } from '../../protobuf/model.ts';
import { tensorFloats } from './tensor-floats.ts';
import { attribute, invalid, WalkedGraph } from './walked-graph.ts';

/** Of what a tensor feeds, in a message. */
const SHOWN_KINDS = 8;
/** Between the last feature map and the last layer. */
const POOLS = ['GlobalAveragePool', 'ReduceMean', 'AveragePool', 'Flatten', 'Reshape', 'Squeeze'];

/**
 * Reads the weights of a ResNet18 from an `.onnx` file, by torchvision's names. What its tensors
 * are called does not matter: the graph is followed from its input on, beside the architecture.
 * Where batch normalization was folded into the convolutions, it comes back as one that changes
 * nothing but adds the bias.
 * @throws OnnxError `ONNX_INVALID`, or `WEIGHTS_INVALID` where the graph is another network's.
 */
export function decodeOnnxWeights(bytes: Uint8Array): ReadonlyMap<string, FloatTensor> {
  const graph = new WalkedGraph(decodeModel(bytes).graph ?? {});
  const weights = new Map<string, FloatTensor>();
  const next = (x: string, opType: string) => {
    const [node] = graph.consumers(x, opType);
    if (!node) throw invalid(`${opType} behind ${x}`, kinds(graph.all(x)));
    return outputOf(node);
  };
  resnet18<string, string | null>(
    {
      convolutionNorm: (x, spec) => readConvolution(graph, x, spec, weights),
      relu: (x) => next(x, 'Relu'),
      add: (a, b) => {
        const takesB = (node: NodeProto) => graph.takes(node, 0, b) || graph.takes(node, 1, b);
        const both = graph.consumers(a, 'Add').find(takesB);
        if (!both) throw invalid(`Add of ${a} and ${b}`, kinds(graph.all(a)));
        return outputOf(both);
      },
      maxPool: (x) => next(x, 'MaxPool'),
      globalAveragePool: (x) => pooled(graph, x),
      linear: (x, name) => {
        if (x !== null) readLinear(graph, x, name, weights);
        return x;
      },
    },
    graph.inputName,
  );
  return weights;
}

function readConvolution(
  graph: WalkedGraph,
  x: string,
  spec: ConvolutionSpec,
  weights: Map<string, FloatTensor>,
): string {
  const { name, normName, inChannels, outChannels, kernel, stride, padding } = spec;
  const dims = [outChannels, inChannels, kernel, kernel];
  const shapeOf = (node: NodeProto) => graph.constant(node, 1)?.dims?.join('×') ?? 'no constant';
  const found = graph.consumers(x, 'Conv');
  const fitting = found.filter((node) => shapeOf(node) === dims.join('×'));
  const [node] = fitting;
  const weight = node && graph.constant(node, 1);
  if (!weight || fitting.length > 1) {
    const received = found.map(shapeOf).join(', ');
    throw invalid(
      `one convolution of ${dims.join('×')} as ${name}`,
      received || kinds(graph.all(x)),
    );
  }
  const expected = { strides: [stride, stride], pads: Array(4).fill(padding), dilations: [1, 1] };
  for (const [key, values] of Object.entries(expected)) {
    const { ints = key === 'pads' ? [0, 0, 0, 0] : [1, 1] } = attribute(node, key) ?? {};
    if (ints.join() !== values.join()) {
      throw invalid(`${key} ${values.join()} for ${name}`, ints.join());
    }
  }
  weights.set(`${name}.weight`, tensorFloats(weight, name));
  const bias = graph.constant(node, 2);
  const shift = bias
    ? tensorFloats(bias, `${name}.bias`).data
    : new Float32Array(outChannels).fill(0);
  return readNorm(graph, outputOf(node), shift, normName, weights);
}

/** @param shift The bias of the convolution before it. */
function readNorm(
  graph: WalkedGraph,
  x: string,
  shift: Float32Array,
  name: string,
  weights: Map<string, FloatTensor>,
): string {
  const dims = [shift.length];
  const set = (part: string, data: Float32Array) => weights.set(`${name}.${part}`, { dims, data });
  const constant = (value: number) => new Float32Array(shift.length).fill(value);
  const [norm] = graph.consumers(x, 'BatchNormalization');
  if (!norm) {
    // The variance is such that the normalization divides by 1, in float32 and in float64.
    set('weight', constant(1)).set(`${name}.bias`, { dims, data: shift });
    set('running_mean', constant(0));
    set('running_var', constant(1 - BATCH_NORM_EPSILON));
    return x;
  }
  const [scale, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part, i) => {
      const tensor = graph.constant(norm, i + 1);
      if (tensor?.dims?.join() !== dims.join()) {
        throw invalid(`${shift.length} constants as ${name}.${part}`, `${tensor?.dims ?? 'none'}`);
      }
      return tensorFloats(tensor, `${name}.${part}`).data;
    },
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const { f: epsilon = BATCH_NORM_EPSILON } = attribute(norm, 'epsilon') ?? {};
  // float32 of 1e-5 is ours; another epsilon goes into the variance.
  const more = Math.fround(epsilon) === Math.fround(BATCH_NORM_EPSILON) ? 0 : epsilon - 1e-5;
  set('weight', scale);
  set('bias', bias);
  set(
    'running_mean',
    mean.map((value, i) => value - (shift[i] as number)),
  );
  set(
    'running_var',
    variance.map((value) => value + more),
  );
  return outputOf(norm);
}

/** What the last layer takes; null where the model ends before it. */
function pooled(graph: WalkedGraph, feature: string): string | null {
  let x = feature;
  for (let steps = 0; steps < POOLS.length; steps++) {
    const after = graph.all(x).find(({ opType }) => POOLS.includes(opType ?? ''));
    if (!after) break;
    x = outputOf(after);
  }
  const last = graph.all(x).some(({ opType }) => opType === 'Gemm' || opType === 'MatMul');
  return last ? x : null;
}

/** `Gemm`, its weights either way round and by its factors, or `MatMul` and `Add`. */
function readLinear(
  graph: WalkedGraph,
  x: string,
  name: string,
  weights: Map<string, FloatTensor>,
): void {
  const [gemm] = graph.consumers(x, 'Gemm');
  const [product] = graph.consumers(x, 'MatMul');
  const node = (gemm ?? product) as NodeProto;
  const [sum] = graph.consumers(outputOf(node), 'Add');
  const weight = graph.constant(node, 1);
  const bias = gemm ? graph.constant(gemm, 2) : sum && biasOf(graph, sum);
  if (weight?.dims?.length !== 2 || bias?.dims?.length !== 1) {
    throw invalid(`a last layer with weights and a bias as ${name}`, kinds(graph.all(x)));
  }
  const { dims, data } = scaled(tensorFloats(weight, `${name}.weight`), gemm, 'alpha');
  const turned = gemm ? attribute(gemm, 'transB')?.i !== 1 : true;
  const [rows, columns] = dims as [number, number];
  if ((turned ? rows : columns) !== EMBEDDING) {
    throw invalid(`a last layer over ${EMBEDDING} numbers`, dims.join('×'));
  }
  const rightWay = turned
    ? {
        dims: [columns, rows],
        data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number),
      }
    : { dims, data };
  weights.set(`${name}.weight`, rightWay);
  weights.set(`${name}.bias`, scaled(tensorFloats(bias, `${name}.bias`), gemm, 'beta'));
}

/** Y = alpha · A · B + beta · C: https://onnx.ai/onnx/operators/onnx__Gemm.html */
function scaled(
  { dims, data }: FloatTensor,
  gemm: NodeProto | undefined,
  factor: 'alpha' | 'beta',
): FloatTensor {
  const { f = 1 } = (gemm && attribute(gemm, factor)) ?? {};
  if (!Number.isFinite(f)) throw invalid(`a finite ${factor} of its last layer`, String(f));
  return f === 1 ? { dims, data } : { dims, data: data.map((value) => f * value) };
}

function biasOf(graph: WalkedGraph, sum: NodeProto) {
  return graph.constant(sum, 0) ?? graph.constant(sum, 1);
}

function outputOf(node: NodeProto): string {
  return node.output?.[0] ?? '';
}

function kinds(nodes: readonly NodeProto[]): string {
  const first = nodes.slice(0, SHOWN_KINDS).map(({ opType }) => opType);
  return first.join(', ') || 'the end of the graph';
}
