import { dirname } from 'node:path';
import { syncFolderSync } from '@edgeloop/disk';

/**
 * Puts on disk for good what is read from an outbox from now on, and sent: a process that was
 * killed may have left rows, and the names of its files, with the kernel alone. A power cut would
 * take them back, and their numbers would be given to others. Nothing is written: it does on a full
 * disk, too.
 * @param path of the database, opened in WAL. Its own file is left alone: to close it would give up
 * SQLite's locks, and what is in it alone SQLite has synced
 * @throws Error of the file system
 */
export function settleOutbox(path: string): void {
  try {
    syncFolderSync(`${path}-wal`);
  } catch (error) {
    // Nothing was written yet.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  syncFolderSync(dirname(path));
}
