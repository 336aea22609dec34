import { Kysely } from 'kysely';
import type { Tables } from './tables.ts';
import { ThreadDialect } from './thread-dialect.ts';

export type Database = Kysely<Tables>;

/** The stores' own connection to a folder whose migrations have run. Ends by `destroy()`. */
export function openStores(folder: string): Database {
  return new Kysely<Tables>({ dialect: new ThreadDialect(folder) });
}
