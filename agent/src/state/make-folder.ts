import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolderSync } from '@edgeloop/daemon/sync-folder';

/**
 * Makes a folder where there is none, with those above it, so that a power cut leaves it there: a
 * name is on disk when the folder is that it stands in. Blocks.
 * @throws Error of the file system
 */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) {
    // Whoever made it may have been killed before that was on disk. Where its place may not be
    // read, it is an older one.
    try {
      syncFolderSync(dirname(path));
    } catch {}
    return;
  }
  for (let made = path; ; made = dirname(made)) {
    syncFolderSync(dirname(made));
    if (made === first) return;
  }
}
