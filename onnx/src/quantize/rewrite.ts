import { OnnxError } from '../errors.ts';
import type { AttributeProto, NodeProto } from '../protobuf/model.ts';
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
  return graph.nodes
    .filter((node) => isQuantized(graph, node))
    .flatMap(({ output }) => output ?? []);
}

/** The layers with weights, by the tensor that each gives: any of them may stay in float. */
export function quantizableLayers(graph: FloatGraph): string[] {
  return graph.nodes.filter(hasWeights).map(({ output }) => output?.[0] as string);
}

/** What a graph is rewritten by. */
export interface RewriteOptions {
  readonly graph: FloatGraph;
  /** The values that each of `quantizedTensors` takes. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** The first convolution over pixels. */
  readonly first: PixelConvolution;
  /** Of `quantizableLayers`, those whose weights stay float: they compute in float. */
  readonly inFloat: ReadonlySet<string>;
}

/**
 * Writes the graph with QuantizeLinear and DequantizeLinear around every operator, uint8
 * activations.
 * @throws OnnxError `ONNX_UNSUPPORTED` for an operator that can't be quantized.
 */
export function rewriteQuantized(writer: QuantizedWriter, options: RewriteOptions): void {
  const rewriting = new Rewriting(writer, options);
  for (const node of options.graph.nodes) rewriting.add(node);
}

/** A tensor of the float graph, as the nodes behind it find it in the quantized one. */
interface WrittenTensor {
  /** Of its dequantized values. */
  readonly name: string;
  readonly parameters: QuantizationParameters;
}

class Rewriting {
  readonly #writer: QuantizedWriter;
  readonly #options: RewriteOptions;
  readonly #written: Map<string, WrittenTensor>;

  constructor(writer: QuantizedWriter, options: RewriteOptions) {
    this.#writer = writer;
    this.#options = options;
    const pixels = { name: writer.pixels('input'), parameters: { scale: 1, zeroPoint: 0 } };
    this.#written = new Map([[options.graph.inputName, pixels]]);
  }

  /** Nodes come in the order of the graph: what one takes was written before. */
  add(node: NodeProto): void {
    const { graph, ranges } = this.#options;
    const [tensor] = node.output as [string];
    const opType = node.opType as string;
    const input = hasWeights(node) ? this.#layerInputs(node) : this.#inputs(node);
    const attributes = this.#attributes(node);
    if (isLogits(graph, node)) {
      this.#writer.node(opType, input, [tensor], attributes);
      return;
    }
    const source = this.#written.get(node.input?.[0] ?? '');
    const range = ranges.get(tensor);
    if (!range || !source || !isQuantized(graph, node)) throw unsupported(node);
    const parameters = keepsValues(graph, node) ? source.parameters : activationParameters(range);
    const isOutput = graph.outputNames.includes(tensor);
    const own = isOutput ? `${tensor}/float` : tensor;
    this.#writer.node(opType, input, [own], attributes);
    const name = this.#writer.quantizeDequantize(own, parameters);
    this.#written.set(tensor, { name, parameters });
    if (isOutput) this.#writer.node('Identity', [name], [tensor]);
  }

  /** Of a node without weights: tensors that were written, and constants as they are. */
  #inputs(node: NodeProto): string[] {
    return (node.input ?? []).map((name) => {
      const constant = this.#options.graph.initializers.get(name);
      if (constant) this.#writer.keep(constant);
      return constant ? name : (this.#written.get(name)?.name ?? name);
    });
  }

  /** Of a convolution or Gemm: what it looks at, its weights, and its bias if it has one. */
  #layerInputs(node: NodeProto): string[] {
    const { graph, first, inFloat } = this.#options;
    const [x, weightName, biasName] = node.input as [string, string, string | undefined];
    const source = this.#written.get(x);
    const weights = graph.floats(weightName);
    if (!source || !weights || (node.opType === 'Gemm' && attribute(node, 'transB')?.i !== 1)) {
      throw unsupported(node);
    }
    const layer = node.output?.[0] as string;
    const constants = [
      this.#isOverPixels(node) ? first.weights : weights,
      graph.dims(weightName),
      this.#isOverPixels(node) ? first.bias : graph.floats(biasName),
    ] as const;
    const written = inFloat.has(layer)
      ? this.#writer.floatWeights(layer, ...constants)
      : this.#writer.weights(layer, ...constants, source.parameters.scale);
    return [source.name, written.weights, ...(written.bias ? [written.bias] : [])];
  }

  /** The padding of the first convolution is in the picture. */
  #attributes(node: NodeProto): AttributeProto[] {
    const attributes = node.attribute ?? [];
    if (!hasWeights(node) || !this.#isOverPixels(node)) return attributes;
    return attributes.map((own) => (own.name === 'pads' ? { ...own, ints: [0, 0, 0, 0] } : own));
  }

  #isOverPixels({ input }: NodeProto): boolean {
    return input?.[0] === this.#options.graph.inputName;
  }
}

const hasWeights = ({ opType = '' }: NodeProto): boolean => HAS_WEIGHTS.has(opType);

/** Gemm gives the logits: they stay float. What is no operator of ours stays float as well. */
function isQuantized(graph: FloatGraph, node: NodeProto): boolean {
  const { opType = '' } = node;
  return (COMPUTES.has(opType) || KEEPS_VALUES.has(opType)) && !isLogits(graph, node);
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

function unsupported(node: NodeProto): OnnxError {
  return new OnnxError(
    'ONNX_UNSUPPORTED',
    `Expected an operator that can be quantized (${[...COMPUTES, ...KEEPS_VALUES].join(', ')}), received ${node.opType} for ${node.output?.[0]}.`,
  );
}
