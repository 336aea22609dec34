import { crc32 } from 'node:zlib';
import { OnnxError } from '../../errors.ts';
import { ByteCursor } from './byte-cursor.ts';

/** A file in the archive, uncompressed: a view, not a copy. */
interface ZipEntry {
  readonly bytes: Uint8Array;
  readonly crc: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const IN_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 1;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const LONGEST_COMMENT = 0xffff;
/** A ResNet18 has 124. */
const MOST_ENTRIES = 20_000;

/** A name of the file's, which may be 64 KB of anything. */
const shown = (name: string) => JSON.stringify(name.slice(0, 100));

/**
 * The entries of a zip as torch.save writes it (PKWARE's APPNOTE 6.3: stored entries, zip64). Ours,
 * since it is the central directory alone: a library would bring inflating, streams and encryption
 * that no such file has.
 */
export class ZipEntries {
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  /** @throws OnnxError `WEIGHTS_INVALID` */
  constructor(bytes: Uint8Array) {
    this.#entries = readDirectory(bytes);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws OnnxError `WEIGHTS_INVALID` where it is missing, or its bytes were changed. */
  read(name: string): Uint8Array {
    const entry = this.#entries.get(name);
    if (!entry) throw invalid(`an entry ${shown(name)}`, 'none');
    const sum = crc32(entry.bytes);
    if (sum !== entry.crc) {
      const hex = (value: number) => value.toString(16).padStart(8, '0');
      throw invalid(`CRC-32 ${hex(entry.crc)} for the entry ${shown(name)}`, hex(sum));
    }
    return entry.bytes;
  }
}

function readDirectory(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const { count, offset } = findDirectory(bytes);
  if (count > MOST_ENTRIES) throw invalid(`at most ${MOST_ENTRIES} entries`, `${count}`);
  const cursor = new ByteCursor(bytes, 'the zip directory', offset);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    const { name, ...place } = readEntry(cursor);
    if (entries.has(name)) throw invalid('names that differ', `two entries ${shown(name)}`);
    const entry = { bytes: locate(bytes, name, place), crc: place.crc };
    total += entry.bytes.length;
    // Entries that overlap would make a small file endlessly long.
    if (total > bytes.length) throw invalid('entries that stand side by side', 'overlapping ones');
    entries.set(name, entry);
  }
  return entries;
}

function findDirectory(bytes: Uint8Array): { count: number; offset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  const earliest = Math.max(0, end - LONGEST_COMMENT);
  while (end >= earliest && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < earliest) {
    throw invalid('a directory at its end', 'none: was it cut short?');
  }
  const cursor = new ByteCursor(bytes, 'the zip directory', end + 10);
  const [count, , offset] = [cursor.uint16(), cursor.uint32(), cursor.uint32()];
  const locator = end - LOCATOR_BYTES;
  const has64 = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64;
  return has64 ? findDirectory64(bytes, locator) : { count, offset };
}

function findDirectory64(bytes: Uint8Array, locator: number): { count: number; offset: number } {
  const at = new ByteCursor(bytes, 'the zip64 locator', locator + 8).uint64();
  const cursor = new ByteCursor(bytes, 'the zip64 directory', at);
  if (cursor.uint32() !== END_OF_DIRECTORY_64) throw invalid('a zip64 directory', 'none');
  cursor.skip(28);
  const count = cursor.uint64();
  cursor.skip(8);
  return { count, offset: cursor.uint64() };
}

interface Place {
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

function readEntry(cursor: ByteCursor): Place & { name: string } {
  if (cursor.uint32() !== DIRECTORY_ENTRY) throw invalid('an entry of the directory', 'none');
  cursor.skip(4);
  const [flags, method] = [cursor.uint16(), cursor.uint16()];
  cursor.skip(4);
  const crc = cursor.uint32();
  const [stored, size] = [cursor.uint32(), cursor.uint32()];
  const [nameLength, extraLength, commentLength] = [
    cursor.uint16(),
    cursor.uint16(),
    cursor.uint16(),
  ];
  cursor.skip(8);
  const offset = cursor.uint32();
  const name = cursor.text(nameLength);
  const wide = readZip64(cursor.take(extraLength), { size, stored, offset });
  cursor.skip(commentLength);
  if (method !== 0 || flags & 1 || wide.stored !== wide.size) {
    throw invalid('entries stored as they are', `${shown(name)} compressed or encrypted`);
  }
  return { name, crc, size: wide.size, offset: wide.offset };
}

type Sizes = Readonly<Record<'size' | 'stored' | 'offset', number>>;

/** What does not fit into 32 bits stands in an extra field, in this order. */
function readZip64(extra: Uint8Array, sizes: Sizes): Sizes {
  const fields = Object.entries(sizes).filter(([, value]) => value === IN_ZIP64);
  if (fields.length === 0) return sizes;
  const cursor = new ByteCursor(extra, 'a zip64 entry');
  for (;;) {
    const [id, length] = [cursor.uint16(), cursor.uint16()];
    if (id !== ZIP64_EXTRA) {
      cursor.skip(length);
      continue;
    }
    const wide = fields.map(([name]) => [name, cursor.uint64()]);
    return { ...sizes, ...Object.fromEntries(wide) };
  }
}

function locate(bytes: Uint8Array, name: string, { size, offset }: Place): Uint8Array {
  const cursor = new ByteCursor(bytes, `the entry ${shown(name)}`, offset);
  if (cursor.uint32() !== LOCAL_HEADER)
    throw invalid(`the entry ${shown(name)} at ${offset}`, 'none');
  cursor.skip(22);
  const [nameLength, extraLength] = [cursor.uint16(), cursor.uint16()];
  cursor.skip(nameLength + extraLength);
  return cursor.take(size);
}

function invalid(expected: string, received: string): OnnxError {
  return new OnnxError(
    'WEIGHTS_INVALID',
    `Expected a zip as torch.save writes it, with ${expected}, received ${received}. Save or download it again.`,
  );
}
