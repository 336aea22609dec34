import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { settleFiles } from '@edgeloop/disk';
import {
  type FileReference,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type RootKeys,
  type Sha256,
} from '@edgeloop/protocol';
import type { Pacer } from '../../server/pacer.ts';
import type { ServerClient } from '../../server/server-client.ts';
import { UpdateError } from '../update-error.ts';
import { type FileOptions, fetchFile } from './fetch-file.ts';
import type { FetchLimits } from './fetch-limits.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { onDisk } from './on-disk.ts';
import { hashFile, PartialFile } from './partial-file.ts';
import { planFiles } from './plan-files.ts';
import { Retrieval } from './retrieval.ts';

export interface FetchOptions {
  readonly server: Pick<ServerClient, 'get'>;
  /** SHA-256 of the manifest: what the assignment names. */
  readonly digest: Sha256;
  readonly root: RootKeys;
  /** The one that the slot runs: no file of another is fetched. */
  readonly variant: string;
  readonly agentVersion: string;
  /**
   * For this package alone; made where it is not there. What is in it is what an earlier try left:
   * the next goes on from there, whatever ended it.
   */
  readonly folder: string;
  readonly limits: FetchLimits;
  /** The bandwidth. */
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
  /** Of the files that are fetched, the manifest aside; for each chunk. */
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

/** Files that are still coming, by digest. No path of a manifest has such a name. */
const PARTIALS = '~partial';

/**
 * Brings a package from the server into a folder: manifest, signature, the variant's file and the
 * golden cases, each checked and on disk for good when this returns. Nothing of it is run.
 * `loadPackage(folder, variant, 'variant')` checks it again.
 * @throws UpdateError; the signal's reason when that aborts
 */
export async function fetchPackage(options: FetchOptions): Promise<void> {
  const { digest, root, folder, variant, agentVersion, limits, signal } = options;
  signal.throwIfAborted();
  const { manifestBytes: longest, packageBytes } = limits;
  const partials = join(folder, PARTIALS);
  await onDisk(folder, () => mkdir(partials, { recursive: true }));
  const retrieval = new Retrieval(options);
  const room = (coming: number) => checkRoom(folder, coming, limits);
  const manifest = await fetchManifest({
    retrieval,
    digest,
    root,
    folder,
    longest,
    checkRoom: room,
  });
  const { files, totalBytes } = planFiles(manifest, { variant, agentVersion, packageBytes });

  const lacking: FileReference[] = [];
  for (const file of files) if (!(await isThere(folder, file))) lacking.push(file);
  let done = totalBytes - bytesOf(lacking);
  // Before the first byte: of all that is still to come.
  if (lacking.length > 0) await room(bytesOf(lacking) - (await bytesIn(partials, lacking)));
  for (const file of lacking) {
    await bring(file, options, {
      retrieval,
      digest,
      chunk: limits.chunk,
      beforeChunk: async (size) => {
        options.onProgress(done + size, totalBytes);
        await room(Math.min(limits.chunk, file.bytes - size));
      },
    });
    done += file.bytes;
  }
  await onDisk(folder, async () => {
    await rm(partials, { recursive: true, force: true });
    const names = [MANIFEST_FILE, MANIFEST_SIGNATURE_FILE, ...files.map(({ path }) => path)];
    await settleFiles(folder, names);
  });
  options.onProgress(totalBytes, totalBytes);
}

/** One file, under its own name when it is whole. */
async function bring(
  file: FileReference,
  { folder }: FetchOptions,
  fileOptions: FileOptions,
): Promise<void> {
  const partial = await PartialFile.open(join(folder, PARTIALS, file.sha256));
  try {
    await fetchFile(file, partial, fileOptions);
    const path = join(folder, file.path);
    await onDisk(path, () => mkdir(dirname(path), { recursive: true }));
    await partial.become(path);
  } finally {
    await partial.close();
  }
}

async function isThere(folder: string, { path, bytes, sha256 }: FileReference): Promise<boolean> {
  const at = join(folder, path);
  const size = await sizeOf(at);
  if (size !== bytes) return false;
  return onDisk(at, async () => (await hashFile(at)).digest('hex') === sha256);
}

/** Bytes that earlier tries left of files. */
async function bytesIn(partials: string, files: readonly FileReference[]): Promise<number> {
  let sum = 0;
  for (const { sha256 } of files) sum += (await sizeOf(join(partials, sha256))) ?? 0;
  return sum;
}

/** Null: there is none. */
async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

const bytesOf = (files: readonly FileReference[]) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** @throws UpdateError `DISK_FULL` where others would be left too little */
async function checkRoom(folder: string, coming: number, { minFree }: FetchLimits): Promise<void> {
  const { bavail, bsize } = await onDisk(folder, () => statfs(folder));
  const free = bavail * bsize;
  if (free - coming >= minFree) return;
  const message = `Expected ${coming} bytes for the package beside ${minFree} that are left for others, received ${free} on the disk of ${folder}. Make room, or lower updates.minFree in agent.yaml.`;
  throw new UpdateError('DISK_FULL', message, { retry: true });
}
