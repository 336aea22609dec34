import type { FloatTensor } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { decodeModel } from '../protobuf/decode.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType, type TensorProto } from '../protobuf/model.ts';
import { type Head, headInputs, producer, readHead } from './read-head.ts';

const WEIGHT = 'head/weight';
const BIAS = 'head/bias';

/**
 * The model with another last layer, in floats; all before it stays as it is. Equal heads give
 * equal bytes.
 * @throws OnnxError `ONNX_INVALID`; `ONNX_UNSUPPORTED` where it has no such layer, or one of
 * another shape
 */
export function replaceHead(bytes: Uint8Array, head: Head): Uint8Array {
  checkShape(readHead(bytes), head);
  const model = decodeModel(bytes);
  const { graph = {} } = model;
  const { node: gemm, x, ...old } = headInputs(graph);
  // What made the old constants has no other use; what it took goes with it.
  const gone = Object.values(old).flatMap((name) => producer(graph, name) ?? []);
  const unused = new Set([...Object.values(old), ...gone.flatMap(({ input }) => input ?? [])]);
  const node = (graph.node ?? [])
    .filter((each) => !gone.includes(each))
    .map((each) => (each === gemm ? { ...each, input: [x, WEIGHT, BIAS] } : each));
  const used = new Set(node.flatMap(({ input }) => input ?? []));
  const initializer = [
    ...(graph.initializer ?? []).filter(({ name = '' }) => !unused.has(name) || used.has(name)),
    constant(WEIGHT, head.weight),
    constant(BIAS, head.bias),
  ];
  return encodeModel({ ...model, graph: { ...graph, node, initializer } });
}

function checkShape(own: Head, head: Head): void {
  for (const part of ['weight', 'bias'] as const) {
    const [expected, received] = [own[part].dims.join('×'), head[part].dims.join('×')];
    if (expected === received) continue;
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected a ${part} of ${expected} for the last layer, received ${received}. It belongs to another model.`,
    );
  }
}

function constant(name: string, { dims, data }: FloatTensor): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: [...dims], dataType: DataType.FLOAT, rawData };
}
