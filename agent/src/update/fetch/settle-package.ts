import { dirname, join } from 'node:path';
import { syncFolder as sync } from '@edgeloop/daemon/sync-folder';

/**
 * Puts files of a package on disk for good, with the folders that they are in: also those that an
 * earlier try had whole, and left with the kernel alone when it was killed. A power cut would take
 * them from a model that decides by then.
 * @param paths within the package
 * @throws Error of the file system
 */
export async function settlePackage(folder: string, paths: readonly string[]): Promise<void> {
  const folders = new Set([folder]);
  for (const path of paths) {
    await sync(join(folder, path));
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(join(folder, at));
  }
  for (const each of folders) await sync(each);
}
