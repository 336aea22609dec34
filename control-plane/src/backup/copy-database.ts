import { rm } from 'node:fs/promises';
import { Database } from '@edgeloop/sqlite';

/**
 * Copies a database as of one moment, also while others write to it (SQLite's online backup).
 * @param look What is to be known of it as of the same moment.
 */
export async function copyDatabase<Seen>(
  from: string,
  to: string,
  look: (database: Database) => Seen,
): Promise<Seen> {
  await rm(to, { force: true });
  const database = new Database(from, { readonly: true });
  try {
    // Held open, it reads as of one moment: else the copy begins anew with each commit of another,
    // and may never end.
    database.exec('BEGIN');
    // The moment is that of the first look.
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    const seen = look(database);
    await database.backup(to);
    return seen;
  } finally {
    database.close();
  }
}
