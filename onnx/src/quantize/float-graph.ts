import { OnnxError } from '../errors.ts';
import {
  type AttributeProto,
  DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../protobuf/model.ts';

/** A graph to be quantized, with what rewriting asks of it. Nodes are copies: the original stays as it is. */
export class FloatGraph {
  nodes: NodeProto[];
  readonly initializers: Map<string, TensorProto>;
  readonly inputName: string;
  readonly outputNames: readonly string[];

  constructor(graph: GraphProto) {
    this.nodes = structuredClone(graph.node ?? []);
    this.initializers = new Map(
      (graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]),
    );
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
  // A copy: the bytes may stand at any address, floats only at multiples of four.
  return new Float32Array(tensor.rawData.slice().buffer);
}

export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute?.find((candidate) => candidate.name === name);
}

export function isRelu(node: NodeProto | undefined): boolean {
  return node?.opType === 'Relu';
}
