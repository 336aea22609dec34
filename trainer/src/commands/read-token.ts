import { readFile } from 'node:fs/promises';
import { TrainerError } from '../errors.ts';

/**
 * The token that a file holds, and nothing else. What is wrong is said without it.
 * @throws TrainerError `OPTION_INVALID`
 */
export async function readToken(path: string): Promise<string> {
  const token = (await read(path)).trim();
  if (/^[!-~]+$/.test(token)) return token;
  throw new TrainerError(
    'OPTION_INVALID',
    `Expected a token on one line for --token-file, received ${wrongWith(token)} in ${path}.`,
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `Expected a file with a token for --token-file, received ${path}: ${(cause as Error).message}.`;
    throw new TrainerError('OPTION_INVALID', message, { cause });
  }
}

function wrongWith(token: string): string {
  if (token === '') return 'nothing';
  return /\s/.test(token) ? 'several words or lines' : 'characters that no token has';
}
