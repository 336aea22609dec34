import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Field, Model, type ModelProto } from './model.ts';

/** The bytes of an `.onnx` file. Fields are written in the order of their numbers, so equal models are equal bytes. */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, Model, model);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, fields: readonly Field[], message: object): void {
  for (const field of fields) {
    const value = (message as Record<string, unknown>)[field.name];
    if (value === undefined) continue;
    if (!field.repeated) writeField(writer, field, value);
    else if (isPacked(field)) writePacked(writer, field, value as number[]);
    else for (const item of value as unknown[]) writeField(writer, field, item);
  }
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

function writeField(writer: BinaryWriter, field: Field, value: unknown): void {
  const { number, kind } = field;
  if (typeof kind === 'function') {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeMessage(writer, kind(), value as object);
    writer.join();
  } else if (kind === 'string') {
    writer.tag(number, WireType.LengthDelimited).string(value as string);
  } else if (kind === 'bytes') {
    writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
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
