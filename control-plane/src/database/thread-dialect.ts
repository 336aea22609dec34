import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { ControlPlaneError } from '../errors.ts';
import { storeFailure } from '../store/store-failure.ts';
import type { DatabaseCalls } from './database-calls.ts';
import { Mutex } from './mutex.ts';

/**
 * Kysely on SQLite in a thread of its own: neither a flush nor a long query holds up the broker,
 * which shares this process. One connection, lent to one transaction or statement at a time, in the
 * order of asking.
 */
export class ThreadDialect implements Dialect {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  createDriver = () => new ThreadDriver(this.#folder);
  createQueryCompiler = () => new SqliteQueryCompiler();
  createAdapter = () => new SqliteAdapter();
  createIntrospector = (database: ConstructorParameters<typeof SqliteIntrospector>[0]) =>
    new SqliteIntrospector(database);
}

class ThreadDriver implements Driver {
  readonly #folder: string;
  #connection: ThreadConnection | null = null;
  readonly #mutex = new Mutex();
  #release: () => void = () => {};

  constructor(folder: string) {
    this.#folder = folder;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ThreadConnection> {
    this.#release = await this.#mutex.acquire();
    // A thread that died took its transaction along: nobody goes on in it.
    if (this.#connection === null || this.#connection.dead) {
      this.#connection = new ThreadConnection(this.#folder);
    }
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(connection: ThreadConnection): Promise<void> {
    // One that begins by reading could not write after another writer has: it takes the lock at
    // once.
    await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'));
  }

  async commitTransaction(connection: ThreadConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
  }

  async rollbackTransaction(connection: ThreadConnection): Promise<void> {
    if (connection.dead) return;
    try {
      await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
    } catch (error) {
      if (!isRolledBack(error)) throw error;
    }
  }

  async destroy(): Promise<void> {
    await this.#mutex.idle();
    await this.#connection?.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  readonly #thread: WorkerThread<DatabaseCalls>;
  dead = false;

  constructor(folder: string) {
    this.#thread = new WorkerThread<DatabaseCalls>({
      module: new URL('./database-worker', import.meta.url),
      fromSource: import.meta.url.endsWith('.ts'),
      workerData: { folder },
      onDeath: () => {
        this.dead = true;
      },
    });
    this.#thread.start();
  }

  /**
   * @throws ControlPlaneError `CONFLICT` where a row is there that must be the only one,
   * `STORE_FAILED`
   */
  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { rows, changes } = await this.#thread.call('execute', { sql, parameters });
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw translate(error as ThreadError);
    }
  }

  // biome-ignore lint/correctness/useYield: no statement of ours is streamed; lists come in pages.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new ControlPlaneError('STORE_FAILED', 'Expected a query that is read in pages.');
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

/**
 * A full or failing disk ends a transaction by itself: what ended it is to be told, and not that it
 * is over.
 */
const isRolledBack = (error: unknown): boolean =>
  /no transaction is active/.test(((error as Error).cause as Error | undefined)?.message ?? '');

function translate(error: ThreadError): ControlPlaneError {
  if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(error.reason)) {
    const message = `Expected something new, received what is there already (${error.message}).`;
    return new ControlPlaneError('CONFLICT', message, { cause: error });
  }
  return storeFailure(error);
}
