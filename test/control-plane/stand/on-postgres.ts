import { LONG } from '../../stand/long.ts';

const onPostgres = (): boolean => globalThis.postgresDatabases !== undefined;

/** For a test of what SQLite alone has. */
export const ofSqlite = () => ({ skip: onPostgres() && 'of SQLite' });

/**
 * For a test of thousands of transactions that show nothing of the engine: on the second one where
 * there is time.
 */
export const ofManyCommits = () => ({
  skip: onPostgres() && !LONG && 'takes long on PostgreSQL: npm run test:long',
});
