import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { OnnxError } from '../errors.ts';
import { type Field, Model, type ModelProto } from './model.ts';

/** Deeper nesting than any real model has (a body in a Loop is 4 levels): stops a file made to overflow the stack. */
const MAX_DEPTH = 64;

/**
 * Reads the bytes of an `.onnx` file. Large tensors are views into `bytes`, not copies.
 * @throws OnnxError `ONNX_INVALID` when the bytes are no ONNX model.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = readMessage(new BinaryReader(bytes), bytes.length, Model, 0) as ModelProto;
  } catch (cause) {
    throw new OnnxError(
      'ONNX_INVALID',
      `Expected the bytes of an ONNX model, received ${bytes.length} bytes that are none: ${(cause as Error).message}. Was the file cut short, or is it of another kind?`,
      { cause },
    );
  }
  if (!model.graph?.node?.length || !model.opsetImport?.length) {
    throw new OnnxError(
      'ONNX_INVALID',
      `Expected an ONNX model with a graph and an operator set, received ${bytes.length} bytes that hold neither. Is it an .onnx file?`,
    );
  }
  return model;
}

function readMessage(
  reader: BinaryReader,
  end: number,
  fields: readonly Field[],
  depth: number,
): object {
  if (depth > MAX_DEPTH) throw new RangeError(`messages nest deeper than ${MAX_DEPTH}`);
  const message: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = fields.find((candidate) => candidate.number === number);
    if (!field) {
      reader.skip(wireType, number);
    } else if (field.repeated) {
      message[field.name] ??= [];
      readRepeated(reader, field, wireType, message[field.name] as unknown[], depth);
    } else {
      message[field.name] = readValue(reader, field, wireType, depth);
    }
  }
  if (reader.pos !== end) throw new RangeError('a field runs over the end of its message');
  return message;
}

function readRepeated(
  reader: BinaryReader,
  field: Field,
  wireType: WireType,
  values: unknown[],
  depth: number,
): void {
  const packed =
    wireType === WireType.LengthDelimited &&
    (field.kind === 'int64' || field.kind === 'int32' || field.kind === 'float');
  if (!packed) {
    values.push(readValue(reader, field, wireType, depth));
    return;
  }
  const end = endOfField(reader);
  const each = field.kind === 'float' ? WireType.Bit32 : WireType.Varint;
  while (reader.pos < end) values.push(readValue(reader, field, each, depth));
}

function readValue(reader: BinaryReader, field: Field, wireType: WireType, depth: number): unknown {
  const { kind } = field;
  const expected =
    kind === 'float'
      ? WireType.Bit32
      : kind === 'int64' || kind === 'int32'
        ? WireType.Varint
        : WireType.LengthDelimited;
  if (wireType !== expected) {
    throw new TypeError(`field ${field.name} has wire type ${wireType}, expected ${expected}`);
  }
  if (typeof kind === 'function') return readMessage(reader, endOfField(reader), kind(), depth + 1);
  if (kind === 'string') return reader.string();
  if (kind === 'bytes') return reader.bytes();
  if (kind === 'float') return reader.float();
  return kind === 'int32' ? reader.int32() : Number(reader.int64());
}

function endOfField(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a field runs over the end of the file');
  return end;
}
