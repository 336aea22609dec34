import { readFileSync } from 'node:fs';
import type { Option } from 'commander';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import { ControlPlaneError } from '../errors.ts';
import { option } from './option.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface DatabaseOptions {
  readonly database?: string;
  readonly databasePasswordFile?: string;
}

/** The same for every command that opens the stores. */
export const databaseOption = (): Option =>
  option('--database <url>', 'rows are in PostgreSQL: postgres://user@host:5432/database');

export const databasePasswordOption = (): Option =>
  option('--database-password-file <file>', 'that holds the password to it');

/** Null: SQLite. @throws ControlPlaneError `OPTION_INVALID` */
export function readDatabaseUrl({
  database,
  databasePasswordFile,
}: DatabaseOptions): PostgresUrl | null {
  if (database === undefined) {
    if (databasePasswordFile === undefined) return null;
    throw invalid('Expected --database beside --database-password-file, received the file alone.');
  }
  if (!/^postgres(ql)?:\/\/./.test(database) || !URL.canParse(database)) {
    const received = JSON.stringify(withoutSecrets(database));
    throw invalid(
      `Expected a URL such as postgres://edgeloop@127.0.0.1:5432/edgeloop for --database, received ${received}.`,
    );
  }
  if (databasePasswordFile === undefined) return database;
  const url = new URL(database);
  url.password = encodeURIComponent(readSecret(databasePasswordFile));
  return url.href;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw invalid(
      `Expected a file with the password for --database-password-file, received ${file}: ${(cause as Error).message}.`,
    );
  }
}

const invalid = (message: string) => new ControlPlaneError('OPTION_INVALID', message);
