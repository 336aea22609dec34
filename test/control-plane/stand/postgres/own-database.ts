import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { connectPostgres } from '../../../../control-plane/src/database/postgres/connect-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';

/**
 * A database of a user who owns it and may nothing else, and who comes with a password, over TLS:
 * as docs/control-plane.md has it.
 */
export class OwnDatabase {
  static readonly PASSWORD = 'p@ss/w:rd?';
  /** Without the password. */
  readonly url: string;
  /** Holds the password. */
  readonly passwordFile: string;
  readonly #server: PostgresServer;
  readonly #name: string;

  private constructor(server: PostgresServer, name: string, folder: string) {
    this.#server = server;
    this.#name = name;
    this.url = server.url(name, name);
    this.passwordFile = join(folder, 'password');
  }

  /** @param name of both */
  static async create(
    t: Pick<Test, 'teardown'>,
    server: PostgresServer,
    name: string,
  ): Promise<OwnDatabase> {
    const folder = mkdtempSync(join(tmpdir(), 'password-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const own = new OwnDatabase(server, name, folder);
    writeFileSync(own.passwordFile, `${OwnDatabase.PASSWORD}\n`);
    await own.#asSuperuser('postgres', async (client) => {
      await client.query(`CREATE USER ${name} PASSWORD '${OwnDatabase.PASSWORD}'`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
    });
    return own;
  }

  /** Of those that it has open: how many, and how many of these over TLS. */
  async connections(): Promise<{ readonly all: number; readonly encrypted: number }> {
    const of = `FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = '${this.#name}'`;
    const { rows } = await this.#asSuperuser('postgres', (client) =>
      client.query(`SELECT count(*) AS all, count(*) FILTER (WHERE ssl) AS encrypted ${of}`),
    );
    return rows[0];
  }

  async #asSuperuser<Result>(
    database: string,
    work: (client: Awaited<ReturnType<typeof connectPostgres>>) => Promise<Result>,
  ): Promise<Result> {
    const client = await connectPostgres(this.#server.url(database));
    return work(client).finally(() => client.end());
  }
}
