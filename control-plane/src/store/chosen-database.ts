import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolderSync } from '@edgeloop/disk';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import { ControlPlaneError } from '../errors.ts';

const SQLITE_FILE = 'control-plane.sqlite';
const MARK = 'on-postgresql';

/** Whether what a folder belongs to has its rows in PostgreSQL. */
export const isOnPostgres = (folder: string): boolean => existsSync(join(folder, MARK));

/**
 * A folder goes with one database for good: what is begun anew beside the rows of another, by an
 * option that was forgotten, would hand out what is there already. @throws ControlPlaneError
 * `DATA_UNUSABLE`
 */
export function chooseDatabase(folder: string, url: PostgresUrl | null): void {
  if (url === null && isOnPostgres(folder)) {
    throw new ControlPlaneError(
      'DATA_UNUSABLE',
      `Expected --database as before, since the rows of ${folder} are in PostgreSQL, received none.`,
    );
  }
  if (url === null) return;
  if (existsSync(join(folder, SQLITE_FILE))) {
    throw new ControlPlaneError(
      'DATA_UNUSABLE',
      `Expected a folder that began on PostgreSQL for --database, received ${folder}, whose rows are in ${SQLITE_FILE}. They are not moved: leave --database out, or begin with another --data.`,
    );
  }
}

/**
 * Marks a folder whose rows are in PostgreSQL from now on, on disk before the first of them: once
 * the database could be opened, or a wrong URL would bind the folder to it.
 * @throws Error of the file system
 */
export function markOnPostgres(folder: string): void {
  const mark = join(folder, MARK);
  writeFileSync(mark, 'Its rows are in PostgreSQL: start it with --database.\n');
  syncFolderSync(mark);
  syncFolderSync(folder);
}
