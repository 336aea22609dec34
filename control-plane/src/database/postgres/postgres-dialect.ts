import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Client } from 'pg';
import { ControlPlaneError } from '../../errors.ts';
import { Mutex } from '../mutex.ts';
import { BEGIN_WRITING } from './begin-writing.ts';
import { connectPostgres, type PostgresUrl } from './connect-postgres.ts';
import { isLostConnection } from './lost-connection.ts';
import { isNotAValue } from './not-a-value.ts';

/** Who holds the database against other processes, by a connection of its own. */
export interface StoresOwner {
  /** It may be another's. */
  readonly inDoubt: boolean;
  /** @throws ControlPlaneError `DATA_IN_USE`, `STORE_FAILED` */
  confirm(): Promise<void>;
}

/**
 * Kysely on PostgreSQL as the stores know SQLite: one connection, lent to one transaction or
 * statement at a time, in the order of asking; a lost one is replaced at the next asking, when the
 * database is still this process's.
 */
export class PostgresDialect implements Dialect {
  readonly #url: PostgresUrl;
  readonly #owner: StoresOwner | null;

  constructor(url: PostgresUrl, owner: StoresOwner | null = null) {
    this.#url = url;
    this.#owner = owner;
  }

  createDriver = () => new PostgresDriver(this.#url, this.#owner);
  createQueryCompiler = () => new PostgresQueryCompiler();
  createAdapter = () => new PostgresAdapter();
  createIntrospector = (database: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
    new PostgresIntrospector(database);
}

class PostgresDriver implements Driver {
  readonly #url: PostgresUrl;
  readonly #mutex = new Mutex();
  #connection: PostgresConnection | null = null;
  #release: () => void = () => {};
  readonly #owner: StoresOwner | null;

  constructor(url: PostgresUrl, owner: StoresOwner | null) {
    this.#url = url;
    this.#owner = owner;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    this.#release = await this.#mutex.acquire();
    try {
      if (this.#connection?.lost || this.#owner?.inDoubt) await this.#owner?.confirm();
      if (this.#connection === null || this.#connection.lost) {
        this.#connection = new PostgresConnection(await connectPostgres(this.#url));
      }
      return this.#connection;
    } catch (error) {
      this.#release();
      throw error instanceof ControlPlaneError ? error : translate(error as Error);
    }
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.end('COMMIT');
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    if (!connection.lost) await connection.end('ROLLBACK');
  }

  async destroy(): Promise<void> {
    await this.#mutex.idle();
    await this.#connection?.close();
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: Client;
  #writing = false;
  lost = false;

  constructor(client: Client) {
    this.#client = client;
    client.on('error', () => {
      this.lost = true;
    });
    client.on('end', () => {
      this.lost = true;
    });
  }

  async begin(): Promise<void> {
    try {
      await this.#query(BEGIN_WRITING);
      this.#writing = true;
    } catch (error) {
      // What waited for its lock in vain has begun all the same, and would be all that this
      // connection says from now on.
      if (!this.lost) await this.end('ROLLBACK');
      throw error;
    }
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.#writing = false;
    await this.#query(how);
  }

  /**
   * @throws ControlPlaneError `CONFLICT` where a row is there that must be the only one,
   * `REQUEST_INVALID`, `STORE_FAILED`
   */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#writing || query.query.kind === 'SelectQueryNode') return this.#execute(query);
    await this.begin();
    try {
      const result = await this.#execute<R>(query);
      await this.end('COMMIT');
      return result;
    } catch (error) {
      if (this.#writing && !this.lost) await this.end('ROLLBACK');
      throw error;
    }
  }

  // biome-ignore lint/correctness/useYield: no statement of ours is streamed; lists come in pages.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new ControlPlaneError('STORE_FAILED', 'Expected a query that is read in pages.');
  }

  async close(): Promise<void> {
    if (!this.lost) await this.#client.end();
  }

  async #execute<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.#query(sql, parameters);
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  async #query(text: string, values: readonly unknown[] = []) {
    try {
      return await this.#client.query(text, values.length > 0 ? [...values] : undefined);
    } catch (error) {
      if (isLostConnection(error)) {
        this.lost = true;
        this.#writing = false;
        void this.#client.end().catch(() => {});
      }
      throw translate(error as Error);
    }
  }
}

const UNIQUE_VIOLATION = '23505';

function translate(error: Error & { readonly code?: string }): ControlPlaneError {
  if (error.code === UNIQUE_VIOLATION) {
    const message = `Expected something new, received what is there already (${error.message}).`;
    return new ControlPlaneError('CONFLICT', message, { cause: error });
  }
  if (isNotAValue(error.code ?? '')) {
    const message = `Expected text without U+0000, and numbers of at most 64 bits, received others: ${error.message}.`;
    return new ControlPlaneError('REQUEST_INVALID', message, { cause: error });
  }
  const message = `The store failed: ${error.message} (PostgreSQL, ${error.code ?? 'connection'}). Is the server there, and has it room?`;
  return new ControlPlaneError('STORE_FAILED', message, { cause: error });
}
