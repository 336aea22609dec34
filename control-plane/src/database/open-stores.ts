import { Kysely } from 'kysely';
import type { PostgresUrl } from './postgres/connect-postgres.ts';
import { PostgresDialect } from './postgres/postgres-dialect.ts';
import type { Tables } from './tables.ts';
import { ThreadDialect } from './thread-dialect.ts';

export type Database = Kysely<Tables>;

/**
 * The stores' own connection to a database whose migrations have run. Ends by `destroy()`.
 * @param url of PostgreSQL; null: SQLite in the folder
 */
export function openStores(folder: string, url: PostgresUrl | null = null): Database {
  const dialect = url === null ? new ThreadDialect(folder) : new PostgresDialect(url);
  return new Kysely<Tables>({ dialect });
}
