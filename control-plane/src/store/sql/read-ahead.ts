import type { SqlDatabase } from './sql-database.ts';

/**
 * What a batch will ask of its devices, read at once before it. A device that comes a second time
 * in a batch finds what the first time wrote.
 */
export class ReadAhead<Row extends { readonly id: number }> {
  readonly #database: SqlDatabase;
  readonly #find: (ids: readonly number[]) => Row[];
  #ahead = new Map<number, Row[]>();

  /** @param sql gives the device as `id`, and those of `:each` */
  constructor(database: SqlDatabase, sql: string) {
    this.#database = database;
    this.#find = database.prepareForEach<Row>(sql);
  }

  see(ids: ReadonlySet<number>): void {
    this.#ahead = new Map();
    if (ids.size === 0) return;
    for (const id of ids) this.#ahead.set(id, []);
    for (const row of this.#find([...ids])) this.#ahead.get(row.id)?.push(row);
  }

  take(id: number): readonly Row[] {
    const rows = this.#ahead.get(id);
    if (rows && this.#ahead.delete(id)) return rows;
    this.#database.flush();
    return this.#find([id]);
  }
}
