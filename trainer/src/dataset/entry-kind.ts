import type { Dirent } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** `lost`: a link that can't be followed. `other`: what is no file, such as a pipe. */
type EntryKind = 'file' | 'folder' | 'lost' | 'other';

/**
 * What an entry of a folder is; of a link, what it leads to: DVC and git-annex keep pictures so.
 */
export async function entryKind(entry: Dirent): Promise<EntryKind> {
  const found = entry.isSymbolicLink()
    ? await stat(join(entry.parentPath, entry.name)).catch(() => null)
    : entry;
  if (!found) return 'lost';
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'folder' : 'other';
}
