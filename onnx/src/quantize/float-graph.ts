import { OnnxError } from '../errors.ts';
import {
  type AttributeProto,
  DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../protobuf/model.ts';

/**
 * A graph to be quantized, with what rewriting asks of it. Nodes are copies: the original stays as
 * it is.
 */
export class FloatGraph {
  nodes: NodeProto[];
  readonly initializers: Map<string, TensorProto>;
  readonly inputName: string;
  readonly outputNames: readonly string[];

  constructor(graph: GraphProto) {
    const nodes = graph.node ?? [];
    this.nodes = structuredClone(nodes.filter((node) => !isConstant(node)));
    const constants = [
      ...(graph.initializer ?? []),
      ...nodes.filter(isConstant).map(constantTensor),
    ];
    this.initializers = new Map(constants.map((tensor) => [tensor.name ?? '', tensor]));
    const inputs = (graph.input ?? []).filter(({ name }) => !this.initializers.has(name ?? ''));
    if (inputs.length !== 1) {
      throw new OnnxError(
        'ONNX_UNSUPPORTED',
        `Expected a classifier with one input, received ${inputs.length}: ${inputs.map(({ name }) => name).join(', ')}.`,
      );
    }
    this.inputName = inputs[0]?.name ?? '';
    this.outputNames = (graph.output ?? []).map(({ name }) => name ?? '');
  }

  consumers(tensor: string): NodeProto[] {
    return this.nodes.filter(({ input }) => input?.includes(tensor));
  }

  producer(tensor: string): NodeProto | undefined {
    return this.nodes.find(({ output }) => output?.includes(tensor));
  }

  /** The floats of a constant, or null where the name is none. */
  floats(name: string | undefined): Float32Array | null {
    const tensor = name === undefined ? undefined : this.initializers.get(name);
    return tensor ? readFloats(tensor) : null;
  }

  /** The whole numbers (int64) of a constant, or null where the name is none. */
  integers(name: string | undefined): number[] | null {
    const tensor = name === undefined ? undefined : this.initializers.get(name);
    if (tensor?.dataType !== DataType.INT64) return null;
    if (!tensor.rawData) return [...(tensor.int64Data ?? [])];
    return Array.from(new BigInt64Array(copiedBytes(tensor.rawData)), Number);
  }

  dims(name: string): number[] {
    return this.initializers.get(name)?.dims ?? [];
  }
}

/** @throws OnnxError `ONNX_UNSUPPORTED` for anything but FP32. */
function readFloats(tensor: TensorProto): Float32Array {
  if (tensor.dataType !== DataType.FLOAT) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected float32 weights, received data type ${tensor.dataType} for ${tensor.name}.`,
    );
  }
  if (!tensor.rawData) return Float32Array.from(tensor.floatData ?? []);
  return new Float32Array(copiedBytes(tensor.rawData));
}

/**
 * A copy: the bytes may stand at any address, numbers only at multiples of their size. Not by
 * `slice`, which copies nothing where the bytes are a `Buffer`, as of a file that was read.
 */
function copiedBytes(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** A constant in the form of a node, which exporters write as often as an initializer. */
function isConstant(node: NodeProto): boolean {
  return node.opType === 'Constant' && attribute(node, 'value')?.t !== undefined;
}

function constantTensor(node: NodeProto): TensorProto {
  return { ...attribute(node, 'value')?.t, name: node.output?.[0] ?? '' };
}

export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute?.find((candidate) => candidate.name === name);
}

export function isRelu(node: NodeProto | undefined): boolean {
  return node?.opType === 'Relu';
}
