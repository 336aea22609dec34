import type { CustomTypesConfig } from 'pg';

/** Object ids of PostgreSQL's types (`pg_type`): these come as what SQLite has for them. */
const BOOL = 16;
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);

/** Sums and counts come as `numeric` and `int8`: rounded silently they would be wrong. */
function exactNumber(text: string): number {
  const value = Number(text);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isInteger(value)) return value;
  // A double that large is whole and exact all the same.
  if (/[.e]/i.test(text)) return value;
  throw new RangeError(`Expected a number of at most 2^53 from the database, received ${text}.`);
}

const asBit = (text: string): 0 | 1 => (text === 't' ? 1 : 0);
const asText = (text: string): string => text;

/** Values as SQLite gives them: every number a number, a truth 0 or 1, all else text. */
export const VALUE_TYPES: CustomTypesConfig = {
  getTypeParser(id: number) {
    if (NUMBERS.has(id)) return exactNumber as never;
    return (id === BOOL ? asBit : asText) as never;
  },
};
