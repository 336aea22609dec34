import { dirname, join } from 'node:path';
import { syncFolder as sync } from './sync-folder.ts';

/**
 * Puts files on disk for good, with the folders that they are in, down from `folder`: also those
 * that an earlier try had whole, and left with the kernel alone when it was killed. The name of
 * `folder` itself is on disk when what it stands in is.
 * @param paths within the folder
 * @throws Error of the file system
 */
export async function settleFiles(folder: string, paths: readonly string[]): Promise<void> {
  const folders = new Set([folder]);
  for (const path of paths) {
    await sync(join(folder, path));
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(join(folder, at));
  }
  for (const each of folders) await sync(each);
}
