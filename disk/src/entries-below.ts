import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What stands in a folder and in those below it. Links are named and not followed, so that none
 * leads around in a circle: Node's own `recursive` follows them, or does not, by its version.
 * @throws Error of the file system
 */
export async function entriesBelow(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entriesBelow(join(folder, entry.name))),
  );
  return [...entries, ...below.flat()];
}
