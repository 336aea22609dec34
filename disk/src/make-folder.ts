import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, syncFolderSync } from './sync-folder.ts';

/**
 * Makes a folder where there is none, with those above it, so that a power cut leaves it there: a
 * name is on disk when the folder is that it stands in.
 * @param mode of what is made: 0o700 for secrets
 * @throws Error of the file system
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    // Whoever made it may have been killed before that was on disk. Where its place may not be
    // read, it is an older one.
    await syncFolder(dirname(path)).catch(() => {});
    return;
  }
  await makeFolder(dirname(path), mode);
  // Not `recursive`: below /proc, where none can be made, Node tries that for ever.
  await mkdir(path, { mode }).catch(async (error: NodeJS.ErrnoException) => {
    // Another may make it meanwhile.
    const made = await stat(path).catch(() => null);
    if (!made?.isDirectory()) throw error;
  });
  await syncFolder(dirname(path));
}

/** The same, and blocks. */
export function makeFolderSync(path: string, mode = 0o777): void {
  if (isFolder(path)) {
    try {
      syncFolderSync(dirname(path));
    } catch {}
    return;
  }
  makeFolderSync(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
  syncFolderSync(dirname(path));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
