import { open } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { ControlPlaneError } from '../errors.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Appends to a file, a chunk at a time, and syncs it. What came before the source broke off stays.
 * @param admit Asked for each chunk before it is written; refuses by throwing.
 * @throws ControlPlaneError `UPLOAD_BROKEN_OFF`, `DISK_FULL`, `STORE_FAILED`, or what `admit` throws
 */
export async function appendTo(
  path: string,
  chunks: Chunks,
  admit: (length: number) => void,
): Promise<void> {
  const file = await open(path, 'a').catch(explainDisk);
  try {
    for await (const chunk of fromSource(chunks)) {
      admit(chunk.length);
      await file.appendFile(chunk).catch(explainDisk);
    }
    await file.sync().catch(explainDisk);
  } finally {
    await file.close();
  }
}

/** The source ends with an error when the signal comes, also while nothing arrives. */
export function abortable(piece: AsyncIterable<Uint8Array>, signal: AbortSignal): Chunks {
  const readable = piece instanceof Readable ? piece : Readable.from(piece);
  addAbortSignal(signal, readable);
  // A request that is refused half-way keeps its connection, for the answer to it.
  return { [Symbol.asyncIterator]: () => readable.iterator({ destroyOnReturn: false }) };
}

async function* fromSource(chunks: Chunks): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    throw new ControlPlaneError(
      'UPLOAD_BROKEN_OFF',
      `Expected the rest of the content, received none: ${(cause as Error).message}. Go on from the upload's offset.`,
      { cause },
    );
  }
}

function explainDisk(cause: NodeJS.ErrnoException): never {
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
    throw new ControlPlaneError(
      'DISK_FULL',
      'Expected room on the disk for what is uploaded, received none. Free some, or move the data folder.',
      { cause },
    );
  }
  throw new ControlPlaneError(
    'STORE_FAILED',
    `Expected to write what is uploaded: ${cause.message}. Does the disk still work?`,
    { cause },
  );
}
