import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { ControlPlaneError } from '../errors.ts';

const DATABASE_FILE = 'control-plane.sqlite';
const LOCK_FILE = 'lock.sqlite';

/**
 * The folder is ours alone until the returned database is closed, also when the process is killed: SQLite's own lock on
 * a file beside it, which the kernel takes back.
 * @throws ControlPlaneError `DATA_IN_USE`
 */
export function lockFolder(folder: string): Database {
  mkdirSync(folder, { recursive: true });
  const lock = new Database(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new ControlPlaneError(
      'DATA_IN_USE',
      `Expected a data folder of its own, received ${folder}, which another control plane uses. End that one, or choose another --data.`,
      { cause },
    );
  }
}

/**
 * For the one writer. A commit is on disk when it returns: `delivered` promises that.
 * @throws ControlPlaneError `DATA_NEWER`, SqliteError
 */
export function openForWriting(folder: string): Database {
  const database = new Database(join(folder, DATABASE_FILE));
  try {
    database.pragma('journal_mode = WAL');
    // In WAL the package's default is NORMAL, which may take back commits after a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, folder);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether a control plane has begun there. */
export const hasData = (folder: string): boolean => existsSync(join(folder, DATABASE_FILE));

/** Beside the one writer of detections. Does not wait for it: see `whenFree`. Migrations have run. */
export function openForStores(folder: string): Database {
  const database = new Database(join(folder, DATABASE_FILE), { timeout: 0 });
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

/** Whether a control plane has used the folder. */
export const hasDatabase = (folder: string): boolean => existsSync(join(folder, DATABASE_FILE));

export function openForReading(folder: string): Database {
  return new Database(join(folder, DATABASE_FILE), { readonly: true });
}

function migrate(database: Database, folder: string): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw new ControlPlaneError(
      'DATA_NEWER',
      `Expected a database of version ${MIGRATIONS.length} or less in ${folder}, received version ${version}: a newer control plane wrote it. Use that one.`,
    );
  }
  for (const [i, step] of MIGRATIONS.entries()) {
    if (i < version) continue;
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${i + 1}`);
    })();
  }
}
