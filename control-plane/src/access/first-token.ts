import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenStore } from './token-store.ts';

const FILE = 'admin-token';

/**
 * Where nobody can give access there is a token that may, in a file that its owner alone can read. Whoever reads the data
 * folder has all of it anyway.
 * @returns the file; null where an admin's token is and the file was removed
 */
export async function ensureFirstToken(
  folder: string,
  tokens: Pick<TokenStore, 'has' | 'create' | 'authenticate'>,
): Promise<string | null> {
  const path = join(folder, FILE);
  if (existsSync(path)) {
    const known = await tokens.authenticate((await readFile(path, 'utf8')).trim());
    if (known) return path;
  }
  if (await tokens.has('admin')) return null;
  const { secret } = await tokens.create({ name: 'first', role: 'admin' }, 'the control plane');
  // Whole or not there.
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
