import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { JobOffer, Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';

interface FileReference {
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** Where uploads are begun, and what is said there beside the file. */
export interface UploadPlace {
  readonly url: string;
  readonly more: Readonly<Record<string, string>>;
}

/** Files of the registry: models. */
export const MODEL_UPLOADS: UploadPlace = { url: '/api/uploads', more: { purpose: 'model' } };

/** Files of a job, which its lease allows. */
export const jobUploads = ({ job, lease }: Pick<JobOffer, 'job' | 'lease'>): UploadPlace => ({
  url: `/api/jobs/${job}/files`,
  more: { lease },
});

/** As the control plane gives it. */
interface Upload {
  readonly id: string;
  /** Bytes that are there. */
  readonly offset: number;
}

/** What it has of the file is gone, of another length or damaged on its disk: it begins again. */
const BEGIN_AGAIN = new Set([
  ...['NOT_FOUND', 'UPLOAD_OFFSET_WRONG', 'UPLOAD_BROKEN_OFF', 'DIGEST_MISMATCH'],
]);
/** Tries that bring no more of the file than those before, until it is given up. */
const MOST_AGAIN = 3;

/** A piece of the file takes as long as its network is slow: an answer is waited for that long. */
const PIECE_TIMEOUT = 600_000;

/**
 * Brings a file to the control plane. Who begins the same upload again goes on where it stopped; of
 * content that is there nothing is sent.
 * @throws Refusal; TrainerError `UPLOAD_UNREADABLE` where its own file can't be read, or is shorter
 * than it was
 */
export async function uploadFile(
  client: ControlPlaneClient,
  place: UploadPlace,
  path: string,
  { sha256, bytes }: FileReference,
  retry: RetryOptions,
): Promise<void> {
  const { signal } = retry;
  let again = 0;
  let furthest = 0;
  await retrying(async () => {
    const json = { sha256, bytes, ...place.more };
    const { id, offset } = await client.askJson<Upload>(place.url, {
      method: 'POST',
      json,
      signal,
    });
    if (offset >= bytes) return;
    if (offset > furthest) again = 0;
    furthest = Math.max(furthest, offset);
    const after = await sendRest(client, `${place.url}/${id}`, path, offset, signal).catch(
      (error) => {
        if (!saysBeginAgain(error)) throw error;
        // All of it had come.
        if (error.problem === 'DIGEST_MISMATCH') furthest = bytes;
        again += 1;
        throw again < MOST_AGAIN ? asPassing(error) : error;
      },
    );
    if (after.offset >= bytes) return;
    await checkLength(path, bytes);
    throw new Refusal(0, 'NETWORK', `Expected ${bytes} bytes to arrive, ${after.offset} did.`);
  }, retry);
}

/**
 * The rest of a file that has become shorter will never come.
 * @throws TrainerError `UPLOAD_UNREADABLE`
 */
async function checkLength(path: string, bytes: number): Promise<void> {
  const { size } = await stat(path);
  if (size < bytes) throw unreadable(path, `it had ${bytes} bytes, and has ${size}`);
}

const unreadable = (path: string, why: string, options?: ErrorOptions) =>
  new TrainerError(
    'UPLOAD_UNREADABLE',
    `Expected to read ${path}, to upload it: ${why}. Does the disk still work, or does something else write there?`,
    options,
  );

function saysBeginAgain(error: unknown): error is Refusal {
  return error instanceof Refusal && BEGIN_AGAIN.has(error.problem);
}

const asPassing = (error: Refusal) =>
  new Refusal(0, error.problem, error.message, { cause: error });

async function sendRest(
  client: ControlPlaneClient,
  url: string,
  path: string,
  offset: number,
  signal: AbortSignal,
): Promise<Upload> {
  const file = createReadStream(path, { start: offset });
  let unread: Error | null = null;
  file.once('error', (cause) => {
    unread = unreadable(path, cause.message, { cause });
  });
  try {
    return await client.askJson<Upload>(url, {
      method: 'PATCH',
      body: file,
      headers: { 'content-type': 'application/octet-stream', 'upload-offset': String(offset) },
      timeoutMillis: PIECE_TIMEOUT,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    // To the network it looks as if that had broken.
    throw unread ?? error;
  } finally {
    // Nobody else closes one that was refused before it was read.
    file.destroy();
  }
}
