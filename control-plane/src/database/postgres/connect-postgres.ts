import { Client } from 'pg';
import { VALUE_TYPES } from './value-types.ts';

/**
 * `postgres://user:password@host:port/database`; what it lacks is taken as psql takes it
 * (PGPASSWORD, ~/.pgpass).
 */
export type PostgresUrl = string;

/** So long a server may take to be there, in ms. */
const CONNECTS_WITHIN = 5000;
/** So long another writer may have the database: as long as with SQLite. */
const LOCKED_FOR = 5000;
/**
 * A server that does not answer a statement by then is taken for lost, which nothing else finds out
 * in a cut network.
 */
const ANSWERS_WITHIN = 60_000;
const STATEMENT_WITHIN = 50_000;
/**
 * A process that was stopped within a transaction, or is gone without its server's knowing (a cut
 * cable), is cut off by then: before those that wait for it have waited in vain.
 */
const IDLE_IN_TRANSACTION = 4000;

/**
 * What a connection is for: ordinary statements have a time by which they have failed; an index
 * over billions of rows takes hours.
 */
export type Purpose = 'statements' | 'migrations';

const TIMES: Readonly<Record<Purpose, object>> = {
  statements: { query_timeout: ANSWERS_WITHIN, statement_timeout: STATEMENT_WITHIN },
  migrations: {},
};

/**
 * A connection; its own death is found out by the next query. What is committed is on the server's
 * disk, whatever the server's setting: `delivered` promises that.
 * @throws Error of the network, DatabaseError of the server
 */
export async function connectPostgres(
  url: PostgresUrl,
  purpose: Purpose = 'statements',
): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'edgeloop-control-plane',
    types: VALUE_TYPES,
    connectionTimeoutMillis: CONNECTS_WITHIN,
    lock_timeout: LOCKED_FOR,
    ...TIMES[purpose],
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(
      `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
    );
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}
