import { Database } from '@edgeloop/sqlite';
import { connectPostgres } from '../../../control-plane/src/database/postgres/connect-postgres.ts';

/** Where the rows of a control plane are: a file of SQLite, or a database of PostgreSQL. */
export type StorePlace = { readonly file: string } | { readonly url: string };

/** Rows of the store, by the engine alone. */
export interface StoreRows {
  /** @param sql with `?` for each that is given */
  all<Row>(sql: string, ...given: readonly (string | number)[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function openStoreRows(place: StorePlace): Promise<StoreRows> {
  if ('file' in place) {
    const database = new Database(place.file, { readonly: true });
    return {
      all: async <Row>(sql: string, ...given: readonly (string | number)[]) =>
        database.prepare<unknown[], Row>(sql).all(...given),
      close: async () => void database.close(),
    };
  }
  const client = await connectPostgres(place.url);
  return {
    async all<Row>(sql: string, ...given: readonly (string | number)[]) {
      let number = 0;
      const text = sql.replaceAll('?', () => `$${++number}`);
      return (await client.query(text, [...given])).rows as Row[];
    },
    close: () => client.end(),
  };
}
