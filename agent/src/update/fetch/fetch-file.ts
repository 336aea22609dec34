import type { FileReference, Sha256 } from '@edgeloop/protocol';
import { UpdateError } from '../update-error.ts';
import type { PartialFile } from './partial-file.ts';
import { refuseStatus } from './refuse-status.ts';
import type { Retrieval } from './retrieval.ts';

export interface FileOptions {
  readonly retrieval: Retrieval;
  /** The digest of the package. */
  readonly digest: Sha256;
  /** Bytes that are asked for at once. */
  readonly chunk: number;
  /**
   * Before each chunk: whether there is room for it, and how far it is.
   * @throws UpdateError `DISK_FULL`
   */
  readonly beforeChunk: (size: number) => Promise<void>;
}

/** A connection that broke after so many bytes is worth another at once. */
const WORTH_ANOTHER = 64 * 1024;

/**
 * Brings what is lacking of a file, chunk by chunk, until it is what its digest says. What an
 * earlier try left is begun anew, once, where it turns out to be damaged.
 * @throws UpdateError `PACKAGE_ALTERED`, `DISK_…`, and those of a retrieval: what was brought
 * stays, for the next try
 */
export async function fetchFile(
  file: FileReference,
  partial: PartialFile,
  options: FileOptions,
): Promise<void> {
  let resumed = partial.size > 0;
  if (partial.size > file.bytes) await partial.restart();
  for (;;) {
    while (partial.size < file.bytes) await fetchChunk(file, partial, options);
    const { digest } = partial;
    if (digest === file.sha256) return;
    await partial.restart();
    if (!resumed) {
      // It came no further: who counts tries must hear of it.
      await options.beforeChunk(0);
      const message = `Expected SHA-256 ${file.sha256} for ${file.path}, received ${digest}. The file was changed on its way, or on the server.`;
      throw new UpdateError('PACKAGE_ALTERED', message, { retry: true });
    }
    resumed = false;
  }
}

async function fetchChunk(
  file: FileReference,
  partial: PartialFile,
  { retrieval, digest, chunk, beforeChunk }: FileOptions,
): Promise<void> {
  const path = `/api/models/${digest}/files/${file.path}`;
  const first = partial.size;
  const last = Math.min(first + chunk, file.bytes) - 1;
  await beforeChunk(first);
  const download = await retrieval.open(path, {
    range: `bytes=${first}-${last}`,
    'if-range': `"${file.sha256}"`,
  });
  const { status, headers, discard } = download;
  const range = `bytes ${first}-${last}/${file.bytes}`;
  if (status === 206 && headers['content-range'] !== range) {
    discard();
    const message = `Expected ${range} of ${path}, received ${headers['content-range']}. Does server.url name an Edgeloop server?`;
    throw new UpdateError('SERVER_ANSWER_WRONG', message, { retry: true });
  }
  if (status !== 206 && status !== 200) {
    discard();
    throw refuseStatus(path, download);
  }
  // The whole, from a server that gives no parts.
  if (status === 200 && first > 0) await partial.restart();
  const most = status === 200 ? file.bytes : last + 1 - first;
  const from = partial.size;
  const brokeOff = await take(partial, retrieval.pieces(path, download, most), path);
  const brought = partial.size - from;
  if (brought < most && brought < WORTH_ANOTHER) throw brokeOff;
}

/** @returns why there may be less than was asked for */
async function take(
  partial: PartialFile,
  pieces: AsyncIterable<Uint8Array>,
  path: string,
): Promise<UpdateError> {
  try {
    for await (const piece of pieces) await partial.append(piece);
    const message = `Expected ${path} to its end from the server, received less. Is the network unsteady?`;
    return new UpdateError('SERVER_UNAVAILABLE', message, { retry: true });
  } catch (error) {
    if (error instanceof UpdateError && error.code === 'SERVER_UNAVAILABLE') return error;
    throw error;
  } finally {
    await partial.sync();
  }
}
