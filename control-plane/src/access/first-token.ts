import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import type { PersonStore } from './people/person-store.ts';
import { newSecret } from './secret.ts';
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
  const made = newSecret('elt');
  // The file first: whoever is killed in between leaves one that counts for nothing, and the next
  // start makes another. A token that nobody knows would count as that of an admin.
  await writeDurably(path, `${made}\n`, 0o600);
  await tokens.create({ name: 'first', role: 'admin' }, 'the control plane', null, made);
  return path;
}

/** The secret in the file, whether it still counts or not; null: there is no such file. */
export async function readFirstToken(folder: string): Promise<string | null> {
  const path = join(folder, FILE);
  return existsSync(path) ? (await readFile(path, 'utf8')).trim() : null;
}
