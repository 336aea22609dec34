import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { OnnxError } from '../errors.ts';
import { type Field, Model, type ModelProto } from './model.ts';

/**
 * Deeper nesting than any real model has (a body in a Loop is 4 levels): stops a file made to
 * overflow the stack.
 */
const MAX_DEPTH = 64;
/**
 * A ResNet18 takes some thousands; an empty message takes two bytes of a file, and fifty times as
 * much here.
 */
const MAX_MESSAGES = 1_000_000;

/**
 * For bytes from a stranger, who may mean another reader of the same bytes to see something else.
 */
export interface StrictDecoding {
  /**
   * Messages and numbers outside raw data; each costs us far more memory than it does in the file.
   */
  readonly maxValues: number;
}

/**
 * Reads the bytes of an `.onnx` file. Large tensors are views into `bytes`, not copies.
 * @param strict Refuses fields that our tables do not know, and single fields that come twice:
 * protobuf merges those, and the runtime would run what was not looked at.
 * @throws OnnxError `ONNX_INVALID` when the bytes are no ONNX model.
 */
export function decodeModel(bytes: Uint8Array, strict?: StrictDecoding): ModelProto {
  let model: ModelProto;
  try {
    model = new MessageReader(bytes, strict).readModel();
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

class MessageReader {
  readonly #reader: BinaryReader;
  readonly #strict: boolean;
  #valuesLeft: number;
  #messagesLeft = MAX_MESSAGES;

  constructor(bytes: Uint8Array, strict: StrictDecoding | undefined) {
    this.#reader = new BinaryReader(bytes);
    this.#strict = strict !== undefined;
    this.#valuesLeft = strict?.maxValues ?? Number.POSITIVE_INFINITY;
  }

  readModel(): ModelProto {
    return this.#readMessage(this.#reader.len, Model, 0) as ModelProto;
  }

  #readMessage(end: number, fields: readonly Field[], depth: number): object {
    if (depth > MAX_DEPTH) throw new RangeError(`messages nest deeper than ${MAX_DEPTH}`);
    this.#messagesLeft -= 1;
    if (this.#messagesLeft < 0) throw new RangeError(`it holds more than ${MAX_MESSAGES} messages`);
    const reader = this.#reader;
    const message: Record<string, unknown> = {};
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const field = fields.find((candidate) => candidate.number === number);
      if (!field) {
        if (this.#strict)
          throw new TypeError(`field ${number} is not one that an inference model needs`);
        reader.skip(wireType, number);
      } else if (field.repeated) {
        message[field.name] ??= [];
        this.#readRepeated(field, wireType, message[field.name] as unknown[], depth);
      } else {
        if (this.#strict && field.name in message)
          throw new TypeError(`field ${field.name} comes twice`);
        message[field.name] = this.#readValue(field, wireType, depth);
      }
    }
    if (reader.pos !== end) throw new RangeError('a field runs over the end of its message');
    return message;
  }

  #readRepeated(field: Field, wireType: WireType, values: unknown[], depth: number): void {
    const packed =
      wireType === WireType.LengthDelimited &&
      (field.kind === 'int64' || field.kind === 'int32' || field.kind === 'float');
    if (!packed) {
      values.push(this.#readValue(field, wireType, depth));
      return;
    }
    const end = endOfField(this.#reader);
    const each = field.kind === 'float' ? WireType.Bit32 : WireType.Varint;
    while (this.#reader.pos < end) values.push(this.#readValue(field, each, depth));
    if (this.#reader.pos !== end) throw new RangeError('a value runs over the end of its field');
  }

  #readValue(field: Field, wireType: WireType, depth: number): unknown {
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
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0)
      throw new RangeError('it holds more values outside raw data than allowed');
    const reader = this.#reader;
    if (typeof kind === 'function') return this.#readMessage(endOfField(reader), kind(), depth + 1);
    if (kind === 'string') return reader.string();
    if (kind === 'bytes') return reader.bytes();
    if (kind === 'float') return reader.float();
    return kind === 'int32' ? reader.int32() : Number(reader.int64());
  }
}

function endOfField(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a field runs over the end of the file');
  return end;
}
