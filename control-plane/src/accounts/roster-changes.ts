import type { Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';

/**
 * In the transaction that changes an account, or where its device is: from its commit on, no
 * process that keeps accounts in memory stores anything by what it knew before. One row is written
 * by all, so that the numbers rise in the order of commits.
 */
export async function noteAccountChange(trx: Transaction<Tables>, name: string): Promise<void> {
  const { revision } = await trx
    .updateTable('roster')
    .set(({ eb }) => ({ revision: eb('revision', '+', 1) }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('roster_changes')
    .values({ name, revision })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ revision }))
    .execute();
}

/** How often an account has changed. */
export async function rosterRevision(database: Database): Promise<number> {
  const { revision } = await database
    .selectFrom('roster')
    .select('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

/** Names of the accounts that have changed since, and up to which revision that is known. */
export async function readRosterChanges(
  database: Database,
  since: number,
): Promise<{ readonly names: readonly string[]; readonly revision: number }> {
  // First: what changes meanwhile is read once more next time.
  const revision = await rosterRevision(database);
  const rows = await database
    .selectFrom('roster_changes')
    .select('name')
    .where('revision', '>', since)
    .execute();
  return { names: rows.map(({ name }) => name), revision };
}
