import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import { ControlPlaneError } from '../errors.ts';
import { PostgresDatabase } from './sql/postgres-database.ts';
import type { SqlDatabase } from './sql/sql-database.ts';
import { SqliteDatabase } from './sql/sqlite-database.ts';
import type { StoreShare } from './store-calls.ts';

export const DATABASE_FILE = 'control-plane.sqlite';

/**
 * The one writer's, with every migration.
 * @param share what it keeps from others in PostgreSQL, where no folder does; null: nothing
 * @throws ControlPlaneError `DATA_NEWER`, `DATA_IN_USE`, an error of the engine
 */
export function openForWriting(
  folder: string,
  url: PostgresUrl | null = null,
  share: StoreShare | null = null,
): SqlDatabase {
  if (url === null) return new SqliteDatabase(openSqlite(folder));
  return postgresAfter(new PostgresDatabase(url, share), 'migrate');
}

/** A commit is on disk when it returns: `delivered` promises that. */
export function openSqlite(folder: string): Database {
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

/**
 * Whether whoever used it last did not close it: was killed, lost its power, or uses it now. Before
 * it is opened.
 */
export const wasLeftOpen = (folder: string): boolean =>
  existsSync(join(folder, `${DATABASE_FILE}-wal`));

/** Whether a control plane has begun there. */
export const hasData = (folder: string): boolean => existsSync(join(folder, DATABASE_FILE));

/**
 * Beside the one writer of detections. Does not wait for it: see `whenFree`. Migrations have run.
 */
export function openForStores(folder: string): Database {
  const database = new Database(join(folder, DATABASE_FILE), { timeout: 0 });
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

export function openForReading(folder: string, url: PostgresUrl | null = null): SqlDatabase {
  if (url !== null) return new PostgresDatabase(url);
  return new SqliteDatabase(new Database(join(folder, DATABASE_FILE), { readonly: true }));
}

/**
 * For a process that only ingests, beside the one that migrates.
 * @throws ControlPlaneError `DATA_OLDER`, `DATA_NEWER`, `DATA_IN_USE`
 */
export function openForIngest(folder: string, url: PostgresUrl | null = null): SqlDatabase {
  if (url !== null) return postgresAfter(new PostgresDatabase(url, 'ingest'), 'expectNewest');
  if (!hasData(folder)) throw older(folder, 0);
  const database = new Database(join(folder, DATABASE_FILE), { fileMustExist: true });
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version === MIGRATIONS.length) return new SqliteDatabase(database);
  database.close();
  throw version > MIGRATIONS.length ? newer(folder, version) : older(folder, version);
}

function postgresAfter(database: PostgresDatabase, first: 'migrate' | 'expectNewest'): SqlDatabase {
  try {
    database[first]();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database, folder: string): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw newer(folder, version);
  }
  for (const [i, step] of MIGRATIONS.entries()) {
    if (i < version) continue;
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${i + 1}`);
    })();
  }
}

const newer = (folder: string, version: number) =>
  new ControlPlaneError(
    'DATA_NEWER',
    `Expected a database of version ${MIGRATIONS.length} or less in ${folder}, received version ${version}: a newer control plane wrote it. Use that one.`,
  );

const older = (folder: string, version: number) =>
  new ControlPlaneError(
    'DATA_OLDER',
    `Expected a database of version ${MIGRATIONS.length} in ${folder}, received version ${version}. Start "edgeloop-control-plane run --without-ingest" of this version first: it makes it, or brings it up to date.`,
  );
