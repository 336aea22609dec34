import type { Database } from '../database/open-stores.ts';

/**
 * Whether two names, as the audit log has them, may be one principal: they are equal, or one is a
 * token that the other made, itself or by a token that it made. Two tokens that a third made are
 * two principals: that is how a fleet without people gives two persons access.
 */
export async function isSamePrincipal(
  database: Database,
  one: string,
  other: string,
): Promise<boolean> {
  if (one === other) return true;
  return (await makersOf(database, one)).has(other) || (await makersOf(database, other)).has(one);
}

const TOKEN = 'token:';

/**
 * Who made a token, who made that one, and so on. A name may have been that of several tokens: the
 * makers of each.
 */
async function makersOf(database: Database, principal: string): Promise<Set<string>> {
  const makers = new Set<string>();
  for (let next = [principal]; next.length > 0; ) {
    const names = next
      .filter((name) => name.startsWith(TOKEN))
      .map((name) => name.slice(TOKEN.length));
    if (names.length === 0) break;
    const rows = await database
      .selectFrom('api_tokens')
      .select('created_by')
      .distinct()
      .where('name', 'in', names)
      .execute();
    next = rows.map(({ created_by }) => created_by).filter((maker) => !makers.has(maker));
    for (const maker of next) makers.add(maker);
  }
  return makers;
}
