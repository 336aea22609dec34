/**
 * The parts of ONNX's protobuf that Edgeloop reads and writes, with the field numbers of
 * onnx.proto3 (https://github.com/onnx/onnx, IR version 10). Other fields are skipped, or refused
 * where the model is not trusted: what is not in these tables is not known to be harmless.
 */

/** `TensorProto.DataType`. */
export const DataType = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  INT32: 6,
  INT64: 7,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  BFLOAT16: 16,
} as const;

/** `AttributeProto.AttributeType`. */
export const AttributeType = {
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
  STRINGS: 8,
} as const;

/** 64-bit integers are numbers; beyond 2⁵³ they saturate to the int64 range when written. */
export interface TensorProto {
  name?: string;
  dims?: number[];
  dataType?: number;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  externalData?: StringStringEntryProto[];
  dataLocation?: number;
}

export interface AttributeProto {
  name?: string;
  type?: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: number[];
  ints?: number[];
  strings?: Uint8Array[];
}

export interface NodeProto {
  input?: string[];
  output?: string[];
  name?: string;
  opType?: string;
  domain?: string;
  attribute?: AttributeProto[];
}

interface DimensionProto {
  dimValue?: number;
  dimParam?: string;
}

export interface ValueInfoProto {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: DimensionProto[] } } };
}

export interface GraphProto {
  node?: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
  valueInfo?: ValueInfoProto[];
}

interface StringStringEntryProto {
  key?: string;
  value?: string;
}

export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  modelVersion?: number;
  graph?: GraphProto;
  opsetImport?: { domain?: string; version?: number }[];
  metadataProps?: StringStringEntryProto[];
}

type Scalar = 'int64' | 'int32' | 'float' | 'string' | 'bytes';

export interface Field {
  readonly number: number;
  readonly name: string;
  /** A scalar, or the table of the message (a function, since messages nest in themselves). */
  readonly kind: Scalar | (() => readonly Field[]);
  readonly repeated?: boolean;
}

const StringStringEntry: readonly Field[] = [
  { number: 1, name: 'key', kind: 'string' },
  { number: 2, name: 'value', kind: 'string' },
];

const Tensor: readonly Field[] = [
  { number: 1, name: 'dims', kind: 'int64', repeated: true },
  { number: 2, name: 'dataType', kind: 'int32' },
  { number: 4, name: 'floatData', kind: 'float', repeated: true },
  { number: 5, name: 'int32Data', kind: 'int32', repeated: true },
  { number: 7, name: 'int64Data', kind: 'int64', repeated: true },
  { number: 8, name: 'name', kind: 'string' },
  { number: 9, name: 'rawData', kind: 'bytes' },
  { number: 12, name: 'docString', kind: 'string' },
  { number: 13, name: 'externalData', kind: () => StringStringEntry, repeated: true },
  { number: 14, name: 'dataLocation', kind: 'int32' },
  { number: 16, name: 'metadataProps', kind: () => StringStringEntry, repeated: true },
];

const Attribute: readonly Field[] = [
  { number: 1, name: 'name', kind: 'string' },
  { number: 2, name: 'f', kind: 'float' },
  { number: 3, name: 'i', kind: 'int64' },
  { number: 4, name: 's', kind: 'bytes' },
  { number: 5, name: 't', kind: () => Tensor },
  { number: 6, name: 'g', kind: () => Graph },
  { number: 7, name: 'floats', kind: 'float', repeated: true },
  { number: 8, name: 'ints', kind: 'int64', repeated: true },
  { number: 9, name: 'strings', kind: 'bytes', repeated: true },
  { number: 13, name: 'docString', kind: 'string' },
  { number: 20, name: 'type', kind: 'int32' },
];

const Node: readonly Field[] = [
  { number: 1, name: 'input', kind: 'string', repeated: true },
  { number: 2, name: 'output', kind: 'string', repeated: true },
  { number: 3, name: 'name', kind: 'string' },
  { number: 4, name: 'opType', kind: 'string' },
  { number: 5, name: 'attribute', kind: () => Attribute, repeated: true },
  { number: 6, name: 'docString', kind: 'string' },
  { number: 7, name: 'domain', kind: 'string' },
  { number: 9, name: 'metadataProps', kind: () => StringStringEntry, repeated: true },
];

const Dimension: readonly Field[] = [
  { number: 1, name: 'dimValue', kind: 'int64' },
  { number: 2, name: 'dimParam', kind: 'string' },
  { number: 3, name: 'denotation', kind: 'string' },
];
const Shape: readonly Field[] = [{ number: 1, name: 'dim', kind: () => Dimension, repeated: true }];
const TensorType: readonly Field[] = [
  { number: 1, name: 'elemType', kind: 'int32' },
  { number: 2, name: 'shape', kind: () => Shape },
];
const TypeProto: readonly Field[] = [
  { number: 1, name: 'tensorType', kind: () => TensorType },
  { number: 6, name: 'denotation', kind: 'string' },
];
const ValueInfo: readonly Field[] = [
  { number: 1, name: 'name', kind: 'string' },
  { number: 2, name: 'type', kind: () => TypeProto },
  { number: 3, name: 'docString', kind: 'string' },
  { number: 4, name: 'metadataProps', kind: () => StringStringEntry, repeated: true },
];

const Graph: readonly Field[] = [
  { number: 1, name: 'node', kind: () => Node, repeated: true },
  { number: 2, name: 'name', kind: 'string' },
  { number: 5, name: 'initializer', kind: () => Tensor, repeated: true },
  { number: 10, name: 'docString', kind: 'string' },
  { number: 11, name: 'input', kind: () => ValueInfo, repeated: true },
  { number: 12, name: 'output', kind: () => ValueInfo, repeated: true },
  { number: 13, name: 'valueInfo', kind: () => ValueInfo, repeated: true },
  { number: 16, name: 'metadataProps', kind: () => StringStringEntry, repeated: true },
];

const OperatorSetId: readonly Field[] = [
  { number: 1, name: 'domain', kind: 'string' },
  { number: 2, name: 'version', kind: 'int64' },
];

export const Model: readonly Field[] = [
  { number: 1, name: 'irVersion', kind: 'int64' },
  { number: 2, name: 'producerName', kind: 'string' },
  { number: 3, name: 'producerVersion', kind: 'string' },
  { number: 4, name: 'domain', kind: 'string' },
  { number: 5, name: 'modelVersion', kind: 'int64' },
  { number: 6, name: 'docString', kind: 'string' },
  { number: 7, name: 'graph', kind: () => Graph },
  { number: 8, name: 'opsetImport', kind: () => OperatorSetId, repeated: true },
  { number: 14, name: 'metadataProps', kind: () => StringStringEntry, repeated: true },
];
