import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * Of systemd: where a service finds what `LoadCredential=` brings it, each in a folder of its own.
 */
interface Environment {
  readonly CREDENTIALS_DIRECTORY?: string | undefined;
}

/** The name of the password there. */
const CREDENTIAL = 'database-password';

/**
 * With the password of the file that is named; where none is, nor one in the URL, of systemd's
 * credential, if that is there.
 * @returns null: SQLite
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export function readDatabaseUrl(
  { database, databasePasswordFile }: DatabaseOptions,
  environment: Environment,
): PostgresUrl | null {
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
  const url = new URL(database);
  const said = url.password !== '' || url.searchParams.has('password');
  const file = databasePasswordFile ?? (said ? null : credentialFile(environment));
  if (file === null) return database;
  url.password = encodeURIComponent(readSecret(file));
  return url.href;
}

/** Null: there is none. */
function credentialFile({ CREDENTIALS_DIRECTORY: folder }: Environment): string | null {
  const file = folder === undefined ? null : join(folder, CREDENTIAL);
  return file !== null && existsSync(file) ? file : null;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw invalid(
      `Expected a file with the password to the database, received ${file}: ${(cause as Error).message}.`,
    );
  }
}

const invalid = (message: string) => new ControlPlaneError('OPTION_INVALID', message);
