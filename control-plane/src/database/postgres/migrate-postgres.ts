import type { Client } from 'pg';
import { ControlPlaneError } from '../../errors.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { BEGIN_WRITING } from './begin-writing.ts';
import { inPostgres } from './in-postgres.ts';

/**
 * Every step that the database does not have yet, all or none.
 * @throws ControlPlaneError `DATA_NEWER`
 */
export async function migratePostgres(client: Client): Promise<void> {
  await client.query(BEGIN_WRITING);
  try {
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const version = await readVersion(client);
    for (const step of MIGRATIONS.slice(version)) await client.query(inPostgres(step));
    await client.query('DELETE FROM schema_version');
    await client.query('INSERT INTO schema_version VALUES ($1)', [MIGRATIONS.length]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/**
 * For a process beside the one that migrates.
 * @throws ControlPlaneError `DATA_NEWER`, `DATA_OLDER`
 */
export async function expectNewest(client: Client): Promise<void> {
  const { rowCount } = await client.query(
    "SELECT 1 WHERE to_regclass('schema_version') IS NOT NULL",
  );
  const version = rowCount === 0 ? 0 : await readVersion(client);
  if (version === MIGRATIONS.length) return;
  throw new ControlPlaneError(
    'DATA_OLDER',
    `Expected a database of version ${MIGRATIONS.length}, received version ${version}. Start "edgeloop-control-plane run --without-ingest" of this version first: it makes it, or brings it up to date.`,
  );
}

async function readVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_version');
  const version = rows[0]?.version ?? 0;
  if (version <= MIGRATIONS.length) return version;
  throw new ControlPlaneError(
    'DATA_NEWER',
    `Expected a database of version ${MIGRATIONS.length} or less, received version ${version}: a newer control plane wrote it. Use that one.`,
  );
}
