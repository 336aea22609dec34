import { Database } from '@edgeloop/sqlite';
import { isDamage } from '../store/store-failure.ts';

/** More say no more. */
const MOST = 8;

/**
 * Reads a whole database. Blocks as long as that takes.
 * @param how `quick_check`: each page and each row; `integrity_check`: also whether indexes and
 * rows agree
 * @param readonly another process uses it
 * @returns SQLite's words for what is damaged @throws SqliteError where it can't be read
 */
export function findDamages(
  path: string,
  how: 'quick_check' | 'integrity_check',
  { readonly = false } = {},
): string[] {
  try {
    const database = new Database(path, { readonly, fileMustExist: true });
    try {
      const rows = database.pragma(`${how}(${MOST})`) as Record<string, string>[];
      const lines = rows.flatMap((row) => Object.values(row)).flatMap((text) => text.split('\n'));
      // Which database it is of is known.
      return lines.filter((line) => line !== 'ok' && !line.startsWith('***')).slice(0, MOST);
    } finally {
      database.close();
    }
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    if (isDamage(String(code))) return [message];
    throw error;
  }
}
