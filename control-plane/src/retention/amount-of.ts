import type { AliasedExpression } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Amount } from '../resources/retention.ts';

/** How many rows a query has, and what they take together. */
export async function amountOf(
  database: Database,
  those: AliasedExpression<{ bytes: number }, 'those'>,
): Promise<Amount> {
  const { count, sum } = await database
    .selectFrom(those)
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('those.bytes').as('sum'),
    ])
    .executeTakeFirstOrThrow();
  return { count: Number(count), bytes: Number(sum ?? 0) };
}
