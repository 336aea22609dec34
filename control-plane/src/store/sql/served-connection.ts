import type { Client } from 'pg';
import { connectPostgres, type PostgresUrl } from '../../database/postgres/connect-postgres.ts';
import { isLostConnection } from '../../database/postgres/lost-connection.ts';
import { expectNewest, migratePostgres } from '../../database/postgres/migrate-postgres.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { StoreShare } from '../store-calls.ts';
import {
  CONNECTION_LOST,
  type PostgresAnswer,
  type PostgresCall,
  type PostgresResult,
  type PostgresStatement,
} from './postgres-calls.ts';
import { takeShare } from './take-share.ts';

/** Statements whose plans the server keeps: those of a table are few, those of filters are many. */
const MOST_KEPT = 200;

/**
 * A connection in the thread that speaks to PostgreSQL: made when it is needed, and again after it
 * was lost.
 */
export class ServedConnection {
  readonly #url: PostgresUrl;
  readonly #share: StoreShare | null;
  readonly #names = new Map<string, string>();
  #client: Client | null = null;

  constructor({ url, share }: Pick<PostgresCall, 'url' | 'share'>) {
    this.#url = url;
    this.#share = share;
  }

  async answer(call: PostgresCall): Promise<PostgresAnswer> {
    try {
      return { results: await this.#serve(call) };
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      const lost = !(error instanceof ControlPlaneError) && isLostConnection(error);
      if (lost) this.#forget();
      return { failure: { code: lost ? CONNECTION_LOST : String(code), message } };
    }
  }

  async #serve({ statements, within, also }: PostgresCall): Promise<PostgresResult[]> {
    if (also === 'close') {
      await this.#client?.end();
      return [];
    }
    if (!this.#client && within) {
      throw new Error('the connection to PostgreSQL was lost in a transaction');
    }
    const client = this.#client ?? (await this.#connect());
    if (also === 'migrate') await this.#migrate();
    if (also === 'expectNewest') await expectNewest(client);
    const results: PostgresResult[] = [];
    for (const statement of statements) results.push(await this.#execute(client, statement));
    return results;
  }

  async #migrate(): Promise<void> {
    const client = await connectPostgres(this.#url, 'migrations');
    try {
      await migratePostgres(client);
    } finally {
      await client.end();
    }
  }

  async #connect(): Promise<Client> {
    const client = await connectPostgres(this.#url);
    try {
      if (this.#share !== null) await takeShare(client, this.#share);
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => {
      if (this.#client === client) this.#client = null;
    });
    this.#client = client;
    return client;
  }

  async #execute(client: Client, { text, values }: PostgresStatement): Promise<PostgresResult> {
    // What has values is one statement, and may be kept.
    const asked =
      values.length === 0 ? { text } : { text, values: [...values], ...this.#named(text) };
    const { rows, rowCount } = await client.query(asked);
    return { rows: rows ?? [], changes: rowCount ?? 0 };
  }

  #named(text: string): { name?: string } {
    const known = this.#names.get(text);
    if (known !== undefined) return { name: known };
    if (this.#names.size >= MOST_KEPT) return {};
    const name = `kept_${this.#names.size}`;
    this.#names.set(text, name);
    return { name };
  }

  #forget(): void {
    const client = this.#client;
    this.#client = null;
    void client?.end().catch(() => {});
  }
}
