import { rename, writeFile } from 'node:fs/promises';

/** Whole or as it was: a broker may read it at any time. Hashes are nobody else's affair. */
export async function writeWhole(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o640 });
  await rename(`${path}.new`, path);
}
