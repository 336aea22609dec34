import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Field, Model, type ModelProto } from './model.ts';

/**
 * Bytes from which on a piece is copied once, when all are put together, and not into each message
 * around it.
 */
const LARGE = 4096;

/**
 * The bytes of an `.onnx` file. Fields are written in the order of their numbers, so equal models
 * are equal bytes.
 */
export function encodeModel(model: ModelProto): Uint8Array {
  const { pieces, length } = encodeMessage(Model, model);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A message in pieces: tensors stay where they are. */
class Pieces {
  readonly pieces: Uint8Array[] = [];
  /** Of all pieces, once `finish` was called. */
  length = 0;
  readonly writer = new BinaryWriter();

  /** A length, and what it is the length of. */
  delimited({ pieces, length }: Pick<Pieces, 'pieces' | 'length'>): void {
    if (length < LARGE && pieces.length === 1) {
      this.writer.bytes(pieces[0] as Uint8Array);
      return;
    }
    this.writer.uint32(length);
    this.finish();
    for (const piece of pieces) this.pieces.push(piece);
    this.length += length;
  }

  /** What was written since the last piece becomes one. */
  finish(): this {
    const written = this.writer.finish();
    this.pieces.push(written);
    this.length += written.length;
    return this;
  }
}

function encodeMessage(fields: readonly Field[], message: object): Pieces {
  const to = new Pieces();
  for (const field of fields) {
    const value = (message as Record<string, unknown>)[field.name];
    if (value === undefined) continue;
    if (!field.repeated) writeField(to, field, value);
    else if (isPacked(field)) writePacked(to.writer, field, value as number[]);
    else for (const item of value as unknown[]) writeField(to, field, item);
  }
  return to.finish();
}

function isPacked(field: Field): boolean {
  return field.kind === 'int64' || field.kind === 'int32' || field.kind === 'float';
}

function writePacked(writer: BinaryWriter, field: Field, values: number[]): void {
  if (values.length === 0) return;
  writer.tag(field.number, WireType.LengthDelimited).fork();
  for (const value of values) writeNumber(writer, field.kind as 'int64', value);
  writer.join();
}

function writeField(to: Pieces, { number, kind }: Field, value: unknown): void {
  const { writer } = to;
  if (typeof kind === 'function') {
    writer.tag(number, WireType.LengthDelimited);
    to.delimited(encodeMessage(kind(), value as object));
  } else if (kind === 'string') {
    writer.tag(number, WireType.LengthDelimited).string(value as string);
  } else if (kind === 'bytes') {
    writer.tag(number, WireType.LengthDelimited);
    const bytes = value as Uint8Array;
    to.delimited({ pieces: [bytes], length: bytes.length });
  } else {
    writer.tag(number, kind === 'float' ? WireType.Bit32 : WireType.Varint);
    writeNumber(writer, kind, value as number);
  }
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

function writeNumber(writer: BinaryWriter, kind: 'int64' | 'int32' | 'float', value: number): void {
  if (kind === 'float') writer.float(value);
  else if (kind === 'int32') writer.int32(value);
  else if (Number.isSafeInteger(value)) writer.int64(value);
  else {
    const exact = BigInt(value);
    writer.int64(exact > INT64_MAX ? INT64_MAX : exact < INT64_MIN ? INT64_MIN : exact);
  }
}
