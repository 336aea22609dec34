import { statfs } from 'node:fs/promises';
import { type Bytes, bytes } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';

/**
 * Refuses content after which less than `mark` of the file system that holds `folder` would be
 * free. Asked each time, and what was promised to uploads is counted: a thousand that begin at once
 * can't go beyond it.
 * @returns For `FolderArtifactsOptions.admit`; throws ControlPlaneError `DISK_FULL`
 */
export function keepFree(folder: string, mark: Bytes): (more: Bytes) => Promise<void> {
  return async (more) => {
    const { bavail, bsize } = await statfs(folder);
    const left = bytes(bavail * bsize - more);
    if (left >= mark) return;
    throw new ControlPlaneError(
      'DISK_FULL',
      `Expected ${mark} bytes of the disk to stay free, received content after which ${Math.max(0, left)} are. Remove what is not needed, or use a larger disk.`,
    );
  };
}
