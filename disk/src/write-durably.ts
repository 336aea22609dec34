import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/**
 * Writes a whole file, or leaves the old one: write, fsync, rename, fsync of the folder. One writer
 * a path.
 * @param content parts make one file, without a copy of the whole
 * @param mode who may read it: 0o600 for a secret
 * @param partial its name until it is whole, by which what is left of a write that was interrupted
 * can be told; one of the process's own where several may write
 * @throws Error of the file system: the old content stays
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  mode = 0o640,
  partial = `${path}.partial`,
): Promise<void> {
  // One that was left may have another mode.
  await rm(partial, { force: true });
  try {
    const file = await open(partial, 'wx', mode);
    try {
      // Part by part: where the disk ends within, `writev` writes less and says nothing.
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    // On a full disk, what was written of it must not stay.
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}
