import type { FloatTensor } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { decodeModel } from '../protobuf/decode.ts';
import { DataType, type GraphProto, type NodeProto, type TensorProto } from '../protobuf/model.ts';
import { attribute } from '../quantize/float-graph.ts';

/** The last layer of a classifier: `logits = embedding · weightᵀ + bias`. */
export interface Head {
  /** `float32[classes, width of the embedding]`. */
  readonly weight: FloatTensor;
  /** `float32[classes]`. */
  readonly bias: FloatTensor;
}

/**
 * The last layer of a model with the outputs `logits` and `embedding`, in floats, whether it is
 * quantized or not.
 * @throws OnnxError `ONNX_INVALID`; `ONNX_UNSUPPORTED` where the logits are not one Gemm of the
 * embedding
 */
export function readHead(model: Uint8Array): Head {
  const { graph = {} } = decodeModel(model);
  const { weight, bias } = headInputs(graph);
  return { weight: constantFloats(graph, weight), bias: constantFloats(graph, bias) };
}

/**
 * The Gemm that gives the logits, and the tensors that it takes.
 * @throws OnnxError `ONNX_UNSUPPORTED`
 */
export function headInputs(graph: GraphProto) {
  const node = producer(graph, 'logits');
  const [x, weight, bias] = node?.input ?? [];
  const plain =
    node?.opType === 'Gemm' &&
    attribute(node, 'transB')?.i === 1 &&
    (attribute(node, 'transA')?.i ?? 0) === 0 &&
    ['alpha', 'beta'].every((name) => (attribute(node, name)?.f ?? 1) === 1);
  if (!node || !plain || !x || !weight || !bias || !isEmbedding(graph, x)) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected logits that one Gemm with a bias makes of the output embedding, received ${node?.opType ?? 'no logits'}. Such a model's last layer can't be tuned by itself.`,
    );
  }
  return { node, x, weight, bias };
}

export function producer(graph: GraphProto, tensor: string): NodeProto | undefined {
  return graph.node?.find(({ output }) => output?.includes(tensor));
}

/** The output may be another name of what the last layer takes. */
function isEmbedding(graph: GraphProto, x: string): boolean {
  const isOutput = graph.output?.some(({ name }) => name === 'embedding') ?? false;
  const source = producer(graph, 'embedding');
  const renamed = source?.opType === 'Identity' && source.input?.[0] === x;
  return isOutput && (x === 'embedding' || renamed);
}

/**
 * Of a float initializer, or of one of whole numbers behind a DequantizeLinear with zero points of
 * 0.
 */
function constantFloats(graph: GraphProto, name: string): FloatTensor {
  const constant = (wanted: string | undefined) =>
    graph.initializer?.find((tensor) => tensor.name === wanted);
  const own = constant(name);
  if (own?.dataType === DataType.FLOAT) {
    return { dims: own.dims ?? [], data: Float32Array.from(numbersOf(own)) };
  }
  const node = producer(graph, name);
  const [quantized, scale, zero] = (node?.input ?? []).map(constant);
  const zeros = zero ? Array.from(numbersOf(zero)).every((value) => value === 0) : true;
  if (node?.opType !== 'DequantizeLinear' || !quantized || !scale || !zeros) {
    throw new OnnxError(
      'ONNX_UNSUPPORTED',
      `Expected float32 or symmetrically quantized constants for the last layer, received ${node?.opType ?? `data type ${own?.dataType}`} for ${name}.`,
    );
  }
  const { dims = [] } = quantized;
  const [values, scales] = [numbersOf(quantized), numbersOf(scale)];
  const each = values.length / scales.length;
  const data = Float32Array.from(values, (v, i) => v * (scales[Math.floor(i / each)] as number));
  return { dims, data };
}

/** @throws OnnxError `ONNX_UNSUPPORTED` */
function numbersOf({ name, dataType, rawData, ...typed }: TensorProto): ArrayLike<number> {
  if (!rawData) return typed.floatData ?? typed.int32Data ?? [];
  // A copy: the bytes may stand at any address, numbers only at multiples of their size.
  const { buffer } = new Uint8Array(rawData);
  if (dataType === DataType.FLOAT) return new Float32Array(buffer);
  if (dataType === DataType.INT8) return new Int8Array(buffer);
  if (dataType === DataType.UINT8) return new Uint8Array(buffer);
  if (dataType === DataType.INT32) return new Int32Array(buffer);
  throw new OnnxError(
    'ONNX_UNSUPPORTED',
    `Expected float32, int8 or int32 for the last layer, received data type ${dataType} for ${name}.`,
  );
}
