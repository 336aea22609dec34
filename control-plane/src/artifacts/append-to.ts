import { open } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { ControlPlaneError } from '../errors.ts';
import { explainDisk } from './explain-disk.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Appends to a file, a chunk at a time, and syncs it. What came before the source broke off stays.
 * @param admit Asked for each chunk before it is written; refuses by throwing.
 * @throws ControlPlaneError `UPLOAD_BROKEN_OFF`, `DISK_FULL`, `STORE_FAILED`, or what `admit`
 * throws
 */
export async function appendTo(
  path: string,
  chunks: Chunks,
  admit: (length: number) => void,
): Promise<void> {
  const failed = explainDisk('what is uploaded');
  const file = await open(path, 'a').catch(failed);
  try {
    for await (const chunk of fromSource(chunks)) {
      admit(chunk.length);
      await file.appendFile(chunk).catch(failed);
    }
    await file.sync().catch(failed);
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
