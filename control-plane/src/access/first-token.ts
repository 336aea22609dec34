import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PersonStore } from './people/person-store.ts';
import type { TokenStore } from './token-store.ts';

const FILE = 'admin-token';

/**
 * Where nobody can give access there is a token that may, in a file that its owner alone can read.
 * Whoever reads the data folder has all of it anyway.
 * @returns the file; null where there is an admin, or a token of one, and the file was removed
 */
export async function ensureFirstToken(
  folder: string,
  tokens: Pick<TokenStore, 'has' | 'create' | 'authenticate'>,
  people: Pick<PersonStore, 'hasAdmin'>,
): Promise<string | null> {
  const path = join(folder, FILE);
  const secret = await readFirstToken(folder);
  if (secret !== null && (await tokens.authenticate(secret))) return path;
  if ((await tokens.has('admin')) || (await people.hasAdmin())) return null;
  const made = await tokens.create({ name: 'first', role: 'admin' }, 'the control plane');
  // Whole or not there.
  await writeFile(`${path}.new`, `${made.secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}

/** The secret in the file, whether it still counts or not; null: there is no such file. */
export async function readFirstToken(folder: string): Promise<string | null> {
  const path = join(folder, FILE);
  return existsSync(path) ? (await readFile(path, 'utf8')).trim() : null;
}
