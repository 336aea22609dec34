import type { PostgresResult } from './postgres-calls.ts';
import { type Numbered, numbered } from './postgres-text.ts';

interface Executor {
  flush(): void;
  execute(text: string, values: readonly unknown[]): PostgresResult;
}

/** A statement as better-sqlite3 has it. */
export class PostgresPrepared<Row> {
  readonly #sql: Numbered;
  readonly #database: Executor;
  #plucks = false;

  constructor(sql: string, database: Executor) {
    this.#sql = numbered(sql);
    this.#database = database;
  }

  pluck(): this {
    this.#plucks = true;
    return this;
  }

  get(...given: readonly unknown[]): Row | undefined {
    return this.all(...given)[0];
  }

  all(...given: readonly unknown[]): Row[] {
    const { rows } = this.#execute(given);
    return (this.#plucks ? rows.map((row) => Object.values(row)[0]) : rows) as Row[];
  }

  run(...given: readonly unknown[]): { readonly changes: number } {
    this.#database.flush();
    return this.#execute(given);
  }

  #execute(given: readonly unknown[]): PostgresResult {
    const { text, names } = this.#sql;
    const named = given[0] as Readonly<Record<string, unknown>>;
    const values = names.length > 0 ? names.map((name) => named[name] ?? null) : given;
    return this.#database.execute(text, values);
  }
}
