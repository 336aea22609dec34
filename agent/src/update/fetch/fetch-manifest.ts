import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import {
  type Bytes,
  EdgeloopError,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type Manifest,
  parseManifest,
  type RootKeys,
  type Sha256,
} from '@edgeloop/protocol';
import { parseSignature, verifyPackage } from '@edgeloop/signing';
import { UpdateError } from '../update-error.ts';
import { onDisk } from './on-disk.ts';
import type { Retrieval } from './retrieval.ts';

export interface ManifestOptions {
  readonly retrieval: Retrieval;
  readonly digest: Sha256;
  readonly root: RootKeys;
  readonly folder: string;
  readonly longest: Bytes;
  /** Whether there is room for so many bytes. @throws UpdateError `DISK_FULL` */
  readonly checkRoom: (coming: number) => Promise<void>;
}

const LONGEST_SIGNATURE = 4096;

/**
 * The manifest that the digest names, once a key that may sign packages has signed it: nothing of
 * it is read before. Both files are in the folder then.
 * @throws UpdateError `PACKAGE_ALTERED`, `SIGNATURE_REFUSED`, `PACKAGE_INVALID`, and those of a
 * retrieval
 */
export async function fetchManifest(options: ManifestOptions): Promise<Manifest> {
  const bytes = await bring(options, MANIFEST_FILE, options.longest, checkDigest(options));
  await bring(
    ...([options, MANIFEST_SIGNATURE_FILE, LONGEST_SIGNATURE] as const),
    checkSignature(options, bytes),
  ).catch((error: unknown) => {
    throw isMissing(error) ? unsigned(options, error) : error;
  });
  try {
    return parseManifest(bytes.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof EdgeloopError)) throw cause;
    throw new UpdateError('PACKAGE_INVALID', cause.message, { retry: false, cause });
  }
}

/**
 * What an earlier try left, where it is right, or else what the server has.
 * @param check throws where it is wrong
 */
async function bring(
  { retrieval, digest, folder, checkRoom }: ManifestOptions,
  name: string,
  longest: number,
  check: (bytes: Buffer) => void,
): Promise<Buffer> {
  const path = join(folder, name);
  const left = await readFile(path).catch(() => null);
  if (left && isRight(check, left)) return left;
  await checkRoom(longest);
  const bytes = await retrieval.small(`/api/models/${digest}/files/${name}`, longest);
  check(bytes);
  await onDisk(folder, () => writeDurably(path, bytes));
  return bytes;
}

const checkDigest =
  ({ digest }: ManifestOptions) =>
  (bytes: Buffer): void => {
    const received = createHash('sha256').update(bytes).digest('hex');
    if (received === digest) return;
    const message = `Expected the manifest with SHA-256 ${digest}, which the assignment names, received ${received}. It is another package's, or was changed on its way.`;
    throw new UpdateError('PACKAGE_ALTERED', message, { retry: true });
  };

const checkSignature =
  ({ root, digest }: ManifestOptions, manifest: Buffer) =>
  (bytes: Buffer): void => {
    try {
      const origin = `${digest}/${MANIFEST_SIGNATURE_FILE}`;
      verifyPackage(root, manifest, parseSignature(bytes.toString('utf8'), origin));
    } catch (cause) {
      if (!(cause instanceof EdgeloopError)) throw cause;
      throw new UpdateError('SIGNATURE_REFUSED', cause.message, { retry: false, cause });
    }
  };

function isRight(check: (bytes: Buffer) => void, bytes: Buffer): boolean {
  try {
    check(bytes);
    return true;
  } catch {
    return false;
  }
}

const isMissing = (error: unknown): error is UpdateError =>
  error instanceof UpdateError && error.code === 'PACKAGE_MISSING';

function unsigned({ digest }: ManifestOptions, cause: UpdateError): UpdateError {
  const message = `Expected ${MANIFEST_SIGNATURE_FILE} of ${digest}, the server has none: the package is unsigned. Sign it with edgeloop keys sign.`;
  return new UpdateError('SIGNATURE_REFUSED', message, { retry: false, cause });
}
