import type { FloatTensor } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { type FloatFormat, floatBytes, readFloats } from './float-formats.ts';

/** What a `.safetensors` file holds: https://github.com/huggingface/safetensors, format 0.3. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMATS: ReadonlyMap<string, FloatFormat> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
]);
const METADATA = '__metadata__';
/** The header follows its own length. */
export const HEADER_START = 8;
/** A ResNet18 takes 11 KB. */
const MOST_HEADER_BYTES = 16 * 1024 * 1024;

/** Whether bytes begin as a `.safetensors` file does: the length of the header, and its brace. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === '{'.charCodeAt(0) && headerBytes(bytes) < bytes.length;
}

/**
 * Reads every floating point tensor; whole numbers, such as `num_batches_tracked`, are left out.
 * @throws OnnxError `WEIGHTS_INVALID`
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const end = headerEnd(bytes, bytes.length);
  const header = parseHeader(bytes.subarray(HEADER_START, end));
  const data = bytes.subarray(end);
  const { [METADATA]: metadata, ...rest } = header;
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry));
  checkOffsets(entries, data.length);
  const tensors = new Map<string, FloatTensor>();
  for (const entry of entries) {
    const tensor = readTensor(entry, data);
    if (tensor) tensors.set(entry.name, tensor);
  }
  return { tensors, metadata: parseMetadata(metadata) };
}

/** The metadata of a file of which at least the header is there. */
export function decodeMetadata(bytes: Uint8Array): Safetensors['metadata'] {
  const header = parseHeader(bytes.subarray(HEADER_START, headerEnd(bytes, bytes.length)));
  return parseMetadata(header[METADATA]);
}

/** Where the header ends in a file of so many bytes, by its first `HEADER_START` bytes. */
export function headerEnd(start: Uint8Array, fileBytes: number): number {
  const length = start.length < HEADER_START ? Number.NaN : headerBytes(start);
  if (!(length <= MOST_HEADER_BYTES && HEADER_START + length <= fileBytes)) {
    throw invalid(`a header within the file's ${fileBytes} bytes, received one of ${length}`);
  }
  return HEADER_START + length;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function headerBytes(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw invalid('a header of JSON, received something else');
  }
  if (!isObject(header)) throw invalid('a header with names of tensors, received something else');
  // Of two equal names JSON.parse keeps the last: another reader may take the first.
  const twice = firstDuplicate(topLevelNames(text));
  if (twice !== null) throw invalid(`names that differ, received ${shown(twice)} twice`);
  return header;
}

/** The names of an object in the text of valid JSON. */
function* topLevelNames(text: string): Generator<string> {
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':' && depth === 1) yield JSON.parse(last) as string;
    else last = token;
  }
}

function firstDuplicate(names: Iterable<string>): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

function parseEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw invalid(`dtype, shape and data_offsets for ${shown(name)}, received something else`);
  }
  const [from, to] = offsets as [number, number];
  return { name, dtype, shape, from, to };
}

/** The format has neither gaps nor overlaps: what a file holds is what its header says, once. */
function checkOffsets(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end || to < from) {
      throw invalid(`${shown(name)} to begin at byte ${end}, received bytes ${from} to ${to}`);
    }
    end = to;
  }
  if (end !== length) {
    throw invalid(`${end} bytes behind the header, received ${length}. Was it cut short?`);
  }
}

function readTensor({ name, dtype, shape, from, to }: Entry, data: Uint8Array): FloatTensor | null {
  const format = FORMATS.get(dtype);
  if (!format) return null;
  const count = shape.reduce((product, n) => product * n, 1);
  if (to - from !== count * floatBytes(format)) {
    throw invalid(
      `${count} ${dtype} numbers for ${shown(name)}, received bytes ${from} to ${to} of ${data.length}`,
    );
  }
  return { dims: [...shape], data: readFloats(data.subarray(from, to), format) };
}

function parseMetadata(value: unknown = {}): Readonly<Record<string, string>> {
  if (isObject(value) && Object.values(value).every((text) => typeof text === 'string')) {
    return value as Record<string, string>;
  }
  throw invalid('texts as its metadata, received something else');
}

/** The parts of the file, in order. Equal tensors in equal order are equal bytes. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array[] {
  let offset = 0;
  const entries = [...tensors].map(([name, { dims, data }]) => {
    const entry = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    return [name, entry] as const;
  });
  const text = JSON.stringify({ [METADATA]: metadata, ...Object.fromEntries(entries) });
  const header = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const parts = [...tensors.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [length, header, ...parts];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function invalid(expected: string): OnnxError {
  return new OnnxError('WEIGHTS_INVALID', `Expected a safetensors file: ${expected}.`);
}
