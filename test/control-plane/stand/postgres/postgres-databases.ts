import { PostgresDatabase } from '../../../../control-plane/src/store/sql/postgres-database.ts';
import type { PostgresServer } from './postgres-server.ts';

/**
 * As after the migrations: no rows but theirs, ids from 1 on. To empty a database takes a tenth of
 * what making one does.
 */
const EMPTY = `
  SET session_replication_role = replica;
  DO $$
  DECLARE name text;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version' LOOP
      EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
      EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
  END $$;`;

/** Statements that put in what the migrations do. */
const ROWS = `
  SELECT format('INSERT INTO %1$I SELECT * FROM json_populate_record(NULL::%1$I, %2$L);', tablename, found) AS line
  FROM pg_tables, LATERAL unnest(xpath('/table/row/row/text()', query_to_xml(
    format('SELECT row_to_json(t) AS row FROM %I t', tablename), false, false, ''))) AS found
  WHERE schemaname = 'public' AND tablename <> 'schema_version'`;

/** Databases with every migration, lent to one test after another. */
export class PostgresDatabases {
  readonly #server: PostgresServer;
  readonly #free: string[] = [];
  #made = 0;
  #fill = '';

  constructor(server: PostgresServer) {
    this.#server = server;
  }

  start(): void {
    this.#execute('postgres', 'CREATE DATABASE newest');
    const newest = new PostgresDatabase(this.#server.url('newest'));
    newest.migrate();
    const rows = newest.prepare<[], { line: string }>(ROWS).all();
    this.#fill = rows.map(({ line }) => line.replaceAll('&quot;', '"')).join('\n');
    newest.close();
  }

  /** @returns its address */
  lend(): string {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#execute(free, `${EMPTY}${this.#fill}`);
      return this.#server.url(free);
    }
    const name = `test_${++this.#made}`;
    this.#execute('postgres', `CREATE DATABASE ${name} TEMPLATE newest`);
    return this.#server.url(name);
  }

  giveBack(url: string): void {
    this.#free.push(new URL(url).pathname.slice(1));
  }

  #execute(name: string, text: string): void {
    const database = new PostgresDatabase(this.#server.url(name));
    try {
      database.execute(text, []);
    } finally {
      database.close();
    }
  }
}
