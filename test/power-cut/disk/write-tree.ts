import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from './read-image.ts';

/** Makes a folder what a tree says, whatever was there. */
export function writeTree(folder: string, tree: Tree): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of tree) {
    if (content) writeFileSync(join(folder, path), content);
    else mkdirSync(join(folder, path));
  }
}
