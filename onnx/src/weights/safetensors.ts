import type { FloatTensor } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { type FloatFormat, floatBytes, readFloats } from './float-formats.ts';

/** What a `.safetensors` file holds: https://github.com/huggingface/safetensors, format 0.3. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMATS: Readonly<Record<string, FloatFormat>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};
/** The header follows its own length. */
export const HEADER_START = 8;
/** As the format's own reader. */
const MOST_HEADER_BYTES = 100_000_000;

/**
 * Reads every floating point tensor; whole numbers, such as `num_batches_tracked`, are left out.
 * @throws OnnxError `WEIGHTS_INVALID`
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const end = headerEnd(bytes, bytes.length);
  const header = parseHeader(bytes.subarray(HEADER_START, end));
  const data = bytes.subarray(end);
  const tensors = new Map<string, FloatTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor = readTensor(name, entry as Partial<Entry>, data);
    if (tensor) tensors.set(name, tensor);
  }
  return { tensors, metadata: metadataOf(header) };
}

/** The metadata of a file of which at least the header is there. */
export function decodeMetadata(bytes: Uint8Array): Safetensors['metadata'] {
  return metadataOf(parseHeader(bytes.subarray(HEADER_START, headerEnd(bytes, bytes.length))));
}

/** Where the header ends in a file of so many bytes, by its first `HEADER_START` bytes. */
export function headerEnd(start: Uint8Array, fileBytes: number): number {
  const length =
    start.length < HEADER_START ? Number.NaN : Number(viewOf(start).getBigUint64(0, true));
  if (!(length <= MOST_HEADER_BYTES && HEADER_START + length <= fileBytes)) {
    throw invalid(`a header within the file's ${fileBytes} bytes, received one of ${length}`);
  }
  return HEADER_START + length;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function metadataOf(header: Record<string, unknown>): Safetensors['metadata'] {
  return (header.__metadata__ as Record<string, string> | undefined) ?? {};
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw invalid('a header of JSON, received something else');
}

function readTensor(name: string, entry: Partial<Entry>, data: Uint8Array): FloatTensor | null {
  const { dtype = '', shape, data_offsets: [from = Number.NaN, to = Number.NaN] = [] } = entry;
  const format = FORMATS[dtype];
  if (!format) return null;
  const count = Array.isArray(shape) ? shape.reduce((product, n) => product * n, 1) : Number.NaN;
  if (!(from >= 0 && to <= data.length && to - from === count * floatBytes(format))) {
    throw invalid(
      `${count} ${dtype} numbers for ${name} within the file, received bytes ${from} to ${to}`,
    );
  }
  return { dims: [...(shape ?? [])], data: readFloats(data.subarray(from, to), format) };
}

/** The parts of the file, in order. Equal tensors in equal order are equal bytes. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array[] {
  let offset = 0;
  const entries = [...tensors].map(([name, { dims, data }]) => {
    const entry = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    return [name, entry] as const;
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const parts = [...tensors.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [length, header, ...parts];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(expected: string): OnnxError {
  return new OnnxError('WEIGHTS_INVALID', `Expected a safetensors file: ${expected}.`);
}
