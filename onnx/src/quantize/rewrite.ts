import { OnnxError } from '../errors.ts';
import type { NodeProto } from '../protobuf/model.ts';
import type { Range } from './calibrate/range.ts';
import { attribute, type FloatGraph } from './float-graph.ts';
import { padValue } from './fold-padding.ts';
import { activationParameters, type QuantizationParameters } from './quantization-parameters.ts';
import type { QuantizedWriter } from './quantized-writer.ts';
import type { PixelConvolution } from './uint8-input.ts';

/**
 * These give values that their input had already: the same scale serves both, and nothing is lost.
 */
const KEEPS_VALUES = new Set([
  'MaxPool',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
]);
const HAS_WEIGHTS = new Set(['Conv', 'Gemm']);
const COMPUTES = new Set([
  'Conv',
  'Gemm',
  'Add',
  'GlobalAveragePool',
  'AveragePool',
  'Concat',
  'Relu',
  'Pad',
]);

/** What may be quantized: the tensors whose ranges must be known, in the order of the graph. */
export function quantizedTensors(graph: FloatGraph): string[] {
  return graph.nodes.filter(isQuantized(graph)).flatMap(({ output }) => output ?? []);
}

/** The layers with weights, by the tensor that each gives: any of them may stay in float. */
export function quantizableLayers(graph: FloatGraph): string[] {
  return graph.nodes
    .filter(({ opType }) => HAS_WEIGHTS.has(opType ?? ''))
    .map(({ output }) => output?.[0] as string);
}

/** Gemm gives the logits: they stay float. What is no operator of ours stays float as well. */
function isQuantized(graph: FloatGraph) {
  return (node: NodeProto) =>
    (COMPUTES.has(node.opType ?? '') || KEEPS_VALUES.has(node.opType ?? '')) &&
    !isLogits(graph, node);
}

/** Zero, which a Pad mostly adds, is a value of every range. */
function keepsValues(graph: FloatGraph, node: NodeProto): boolean {
  if (node.opType !== 'Pad') return KEEPS_VALUES.has(node.opType ?? '');
  const value = padValue(graph, node);
  if (value === null) throw unsupported(node);
  return value === 0 || value === 'own';
}

function isLogits(graph: FloatGraph, node: NodeProto): boolean {
  return node.opType === 'Gemm' && graph.outputNames.includes(node.output?.[0] ?? '');
}

/**
 * Writes the graph with QuantizeLinear and DequantizeLinear around every operator, uint8
 * activations.
 * @param first The first convolution over pixels.
 * @param inFloat Layers whose weights stay float: they compute in float.
 * @throws OnnxError `ONNX_UNSUPPORTED` for an operator that can't be quantized.
 */
export function rewriteQuantized(
  graph: FloatGraph,
  ranges: ReadonlyMap<string, Range>,
  first: PixelConvolution,
  inFloat: ReadonlySet<string>,
  writer: QuantizedWriter,
): void {
  const pixels = writer.pixels('input');
  const names = new Map([[graph.inputName, pixels]]);
  const parameters = new Map<string, QuantizationParameters>([
    [graph.inputName, { scale: 1, zeroPoint: 0 }],
  ]);
  for (const node of graph.nodes) {
    const [tensor] = node.output as [string];
    const rewritten = rewriteNode(graph, node, names, parameters, first, inFloat, writer);
    if (isLogits(graph, node)) {
      writer.node(node.opType as string, rewritten.input, [tensor], rewritten.attribute);
      continue;
    }
    const source = parameters.get(node.input?.[0] ?? '');
    const range = ranges.get(tensor);
    if (!range || !source || !isQuantized(graph)(node)) throw unsupported(node);
    const chosen = keepsValues(graph, node) ? source : activationParameters(range);
    const isOutput = graph.outputNames.includes(tensor);
    const own = isOutput ? `${tensor}/float` : tensor;
    writer.node(node.opType as string, rewritten.input, [own], rewritten.attribute);
    const dequantized = writer.quantizeDequantize(own, chosen);
    parameters.set(tensor, chosen);
    names.set(tensor, dequantized);
    if (isOutput) writer.node('Identity', [dequantized], [tensor]);
  }
}

function rewriteNode(
  graph: FloatGraph,
  node: NodeProto,
  names: ReadonlyMap<string, string>,
  parameters: ReadonlyMap<string, QuantizationParameters>,
  first: PixelConvolution,
  inFloat: ReadonlySet<string>,
  writer: QuantizedWriter,
): { input: string[]; attribute: NonNullable<NodeProto['attribute']> } {
  const inputs = node.input ?? [];
  const attributes = node.attribute ?? [];
  if (!HAS_WEIGHTS.has(node.opType ?? '')) {
    const kept = inputs.map((name) => {
      const constant = graph.initializers.get(name);
      if (constant) writer.keep(constant);
      return constant ? name : (names.get(name) ?? name);
    });
    return { input: kept, attribute: attributes };
  }
  const [x, weightName, biasName] = inputs as [string, string, string | undefined];
  const source = parameters.get(x);
  const weights = graph.floats(weightName);
  if (!source || !weights || (node.opType === 'Gemm' && attribute(node, 'transB')?.i !== 1)) {
    throw unsupported(node);
  }
  const overPixels = x === graph.inputName;
  const name = node.output?.[0] as string;
  const constants = [
    overPixels ? first.weights : weights,
    graph.dims(weightName),
    overPixels ? first.bias : graph.floats(biasName),
  ] as const;
  const written = inFloat.has(name)
    ? writer.floatWeights(name, ...constants)
    : writer.weights(name, ...constants, source.scale);
  const input = [names.get(x) as string, written.weights, ...(written.bias ? [written.bias] : [])];
  const unpadded = attributes.map((a) => (a.name === 'pads' ? { ...a, ints: [0, 0, 0, 0] } : a));
  return { input, attribute: overPixels ? unpadded : attributes };
}

function unsupported(node: NodeProto): OnnxError {
  return new OnnxError(
    'ONNX_UNSUPPORTED',
    `Expected an operator that can be quantized (${[...COMPUTES, ...KEEPS_VALUES].join(', ')}), received ${node.opType} for ${node.output?.[0]}.`,
  );
}
