import type { Columns, Insertion, Update, Values } from './sql-database.ts';

/** How a list of values of each type is given to the server. */
const LISTS = {
  integer: 'bigint[]',
  real: 'double precision[]',
  text: 'text[]',
} as const;

export interface Numbered {
  readonly text: string;
  /** Of `@name`s, in the order of their numbers; empty: they came as `?`. */
  readonly names: readonly string[];
}

/**
 * `?` and `@name` as `$1`, `$2`, …; a name that comes again has one number. No text in SQL of ours
 * holds either.
 */
export function numbered(sql: string): Numbered {
  const names: string[] = [];
  let places = 0;
  const text = sql.replace(/\?|@(\w+)/g, (_, name?: string) => {
    if (name === undefined) return `$${++places}`;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}

export function insertion({ into, columns, tail = '' }: Insertion): string {
  const names = Object.keys(columns).join(', ');
  return `INSERT INTO ${into} (${names}) SELECT * FROM unnest(${lists(columns)}) ${tail}`;
}

export function update({ table, set, by, tail = '' }: Update): string {
  const columns = { ...set, ...by };
  const given = `unnest(${lists(columns)}) AS given (${Object.keys(columns).join(', ')})`;
  const sets = Object.keys(set).map((name) => `${name} = given.${name}`);
  const same = Object.keys(by).map((name) => `${table}.${name} = given.${name}`);
  return `UPDATE ${table} SET ${sets.join(', ')} FROM ${given} WHERE ${same.join(' AND ')} ${tail}`;
}

/** One list for each column. */
export function asLists(columns: number, rows: Iterable<Values>): unknown[][] {
  const all = [...rows];
  return Array.from({ length: columns }, (_, i) => all.map((row) => row[i]));
}

const lists = (columns: Columns) =>
  Object.values(columns)
    .map((type, i) => `$${i + 1}::${LISTS[type]}`)
    .join(', ');
