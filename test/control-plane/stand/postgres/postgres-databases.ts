import { Client } from 'pg';
import { connectPostgres } from '../../../../control-plane/src/database/postgres/connect-postgres.ts';
import { migratePostgres } from '../../../../control-plane/src/database/postgres/migrate-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';

/** As after the migrations: no rows but theirs, ids from 1 on. To empty a database takes a tenth of what making one does. */
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
  END $$;
  INSERT INTO fleet_revision VALUES (1, 1);`;

/** Databases with every migration, lent to one test after another. */
export class PostgresDatabases {
  readonly #server: PostgresServer;
  readonly #free: string[] = [];
  #made = 0;

  constructor(server: PostgresServer) {
    this.#server = server;
  }

  async start(): Promise<void> {
    await this.#query('postgres', 'CREATE DATABASE newest');
    const client = await connectPostgres(this.#server.url('newest'));
    await migratePostgres(client);
    await client.end();
  }

  /** @returns its address */
  async lend(): Promise<string> {
    const free = this.#free.pop();
    if (free !== undefined) {
      await this.#query(free, EMPTY);
      return this.#server.url(free);
    }
    const name = `test_${++this.#made}`;
    await this.#query('postgres', `CREATE DATABASE ${name} TEMPLATE newest`);
    return this.#server.url(name);
  }

  giveBack(url: string): void {
    this.#free.push(new URL(url).pathname.slice(1));
  }

  async #query(database: string, text: string): Promise<void> {
    const client = new Client(this.#server.url(database));
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}
