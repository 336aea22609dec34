import { Kysely } from 'kysely';
import type { PostgresUrl } from './postgres/connect-postgres.ts';
import { PostgresDialect, type StoresOwner } from './postgres/postgres-dialect.ts';
import type { Tables } from './tables.ts';
import { ThreadDialect } from './thread-dialect.ts';

export type Database = Kysely<Tables>;

/**
 * The stores' own connection to a database whose migrations have run. Ends by `destroy()`.
 * @param url of PostgreSQL; null: SQLite in the folder
 * @param owner asked whether the database is still this process's; null: of who shares it with
 * others
 */
export function openStores(
  folder: string,
  url: PostgresUrl | null = null,
  owner: StoresOwner | null = null,
): Database {
  const dialect = url === null ? new ThreadDialect(folder) : new PostgresDialect(url, owner);
  return new Kysely<Tables>({ dialect });
}
