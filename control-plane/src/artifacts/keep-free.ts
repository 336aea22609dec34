import { statfs } from 'node:fs/promises';
import { type Bytes, bytes } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { ArtifactPurpose } from './artifacts.ts';

/** What must stay free for each purpose: the one with the highest mark is refused first. */
export type KeepFree = Readonly<Record<ArtifactPurpose, Bytes>>;

/**
 * Whether the file system that holds `folder` has room.
 * @returns For `FolderArtifactsOptions.admit`; throws ControlPlaneError `STORAGE_FULL`
 */
export function keepFree(
  folder: string,
  marks: KeepFree,
): (more: Bytes, purpose: ArtifactPurpose) => Promise<void> {
  return async (more, purpose) => {
    const { bavail, bsize } = await statfs(folder);
    const left = bytes(bavail * bsize - more);
    if (left >= marks[purpose]) return;
    throw new ControlPlaneError(
      'STORAGE_FULL',
      `Expected ${marks[purpose]} bytes of the disk to stay free, received an upload (${purpose}) after which ${Math.max(0, left)} are. Remove what is not needed, or use a larger disk.`,
    );
  };
}
