import {
  DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../../protobuf/model.ts';

/**
 * What a convolution multiplies by, as the quantizer writes it: an initializer behind a
 * DequantizeLinear, read by nobody else.
 */
export interface QuantizedWeights {
  readonly weights: TensorProto;
  readonly zeroPoints: TensorProto;
  readonly values: Int8Array;
}

/** Null: they are floats, or not symmetric, or shared. */
export function quantizedWeights(graph: GraphProto, node: NodeProto): QuantizedWeights | null {
  const nodes = graph.node ?? [];
  const dequantize = nodes.find(({ output }) => output?.[0] === node.input?.[1]);
  if (dequantize?.opType !== 'DequantizeLinear') return null;
  const [name, , zeroName] = dequantize.input ?? [];
  const read = (wanted: string | undefined) =>
    nodes.flatMap(({ input }) => input ?? []).filter((one) => one === wanted).length === 1
      ? graph.initializer?.find((one) => one.name === wanted)
      : undefined;
  const [weights, zeroPoints] = [read(name), read(zeroName)];
  const values = int8(weights);
  const zeros = int8(zeroPoints);
  if (!weights || !zeroPoints || !values || !zeros?.every((zero) => zero === 0)) return null;
  return { weights, zeroPoints, values };
}

function int8(tensor: TensorProto | undefined): Int8Array | null {
  const { dataType, rawData } = tensor ?? {};
  if (dataType !== DataType.INT8 || !rawData) return null;
  return new Int8Array(rawData.buffer, rawData.byteOffset, rawData.byteLength);
}

/** Of an attribute of whole numbers. */
export function ints(node: NodeProto, name: string): readonly number[] {
  return node.attribute?.find((one) => one.name === name)?.ints ?? [];
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array | BigInt64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
