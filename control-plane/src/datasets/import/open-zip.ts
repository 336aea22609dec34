import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Bytes, bytes } from '@edgeloop/protocol';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ControlPlaneError } from '../../errors.ts';

/** What a zip may hold at most. Beyond it, all of it is refused before any of it is read. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked, all together. */
  readonly bytes: Bytes;
  /** Unpacked to packed, of one file. Deflate reaches 1,032. */
  readonly ratio: number;
}

/** One file of a zip that was found safe. */
export interface ZipEntry {
  /** Relative, with forward slashes; no `..` in it. */
  readonly path: string;
  readonly bytes: Bytes;
  /**
   * As it is unpacked.
   * @throws ControlPlaneError `IMPORT_INVALID`: damaged, which may show at the end alone
   */
  open(): AsyncGenerator<Buffer>;
  /** Whole. @throws ControlPlaneError `IMPORT_INVALID`: damaged */
  read(): Promise<Buffer>;
}

export interface SafeZip {
  /** Without folders, hidden files and what macOS adds. */
  readonly entries: readonly ZipEntry[];
  close(): void;
}

/** A file this small may be packed as well as it can. */
const RATIO_FROM = bytes(1024 * 1024);
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/**
 * Opens a zip on disk and looks at its whole directory. Nothing is unpacked yet, and nothing ever
 * lands on disk by the names in it.
 * @throws ControlPlaneError `IMPORT_INVALID` for what is no zip, `ZIP_UNSAFE` for what no honest
 * tool makes of pictures: `../`, absolute paths, links, encryption, files that overlap, bombs.
 */
export async function openZip(path: string, limits: ZipLimits): Promise<SafeZip> {
  const packed = (await stat(path)).size;
  const zip = await opening(path);
  try {
    const entries = await listEntries(zip, packed, limits);
    return {
      entries: entries.map((entry) => toZipEntry(zip, entry)),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function opening(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true });
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}

async function listEntries(zip: ZipFile, packed: number, limits: ZipLimits): Promise<Entry[]> {
  if (zip.entryCount > limits.entries) {
    throw unsafe(`${zip.entryCount} files, where ${limits.entries} are allowed`);
  }
  const total = { packed: 0, unpacked: 0 };
  const entries: Entry[] = [];
  for await (const entry of eachEntry(zip)) {
    total.packed += entry.compressedSize;
    total.unpacked += entry.uncompressedSize;
    checkEntry(entry, limits);
    if (total.unpacked > limits.bytes) {
      throw unsafe(`more than ${limits.bytes} bytes when unpacked`);
    }
    if (isFile(entry)) entries.push(entry);
  }
  // Files that share their packed bytes are how a small zip holds petabytes (Fifield 2019).
  if (total.packed > packed) throw unsafe('files that overlap');
  return entries;
}

async function* eachEntry(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (cause) {
    if (cause instanceof ControlPlaneError) throw cause;
    const { message } = cause as Error;
    throw /path|characters in fileName/.test(message)
      ? unsafe(message, cause)
      : invalid(message, cause);
  }
}

function checkEntry(entry: Entry, limits: ZipLimits): void {
  const { fileName, compressedSize, uncompressedSize } = entry;
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== REGULAR && type !== FOLDER)
    throw unsafe(`a link or device, ${fileName}`);
  if (entry.isEncrypted()) throw unsafe(`an encrypted file, ${fileName}`);
  if (uncompressedSize > RATIO_FROM && uncompressedSize > compressedSize * limits.ratio) {
    throw unsafe(`${fileName}, packed more than ${limits.ratio} to 1`);
  }
}

const isFile = ({ fileName }: Entry) =>
  !fileName.endsWith('/') &&
  !fileName.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

function toZipEntry(zip: ZipFile, entry: Entry): ZipEntry {
  const open = () => unpack(zip, entry);
  return {
    path: entry.fileName,
    bytes: bytes(entry.uncompressedSize),
    open,
    async read() {
      const pieces: Buffer[] = [];
      for await (const piece of open()) pieces.push(piece);
      return Buffer.concat(pieces);
    },
  };
}

async function* unpack(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      sum = crc32(piece as Buffer, sum);
      yield piece as Buffer;
    }
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
  if (sum !== entry.crc32) throw invalid(`${entry.fileName} is damaged`);
}

function unsafe(what: string, cause?: unknown): ControlPlaneError {
  return new ControlPlaneError(
    'ZIP_UNSAFE',
    `Expected a zip of pictures for the import, received one with ${what}. Pack the folder again, without it.`,
    { cause },
  );
}

function invalid(what: string, cause?: unknown): ControlPlaneError {
  return new ControlPlaneError(
    'IMPORT_INVALID',
    `Expected a whole zip for the import: ${what.replace(/\.$/, '')}.`,
    {
      cause,
    },
  );
}
