import type { PostgresStatement } from './postgres-calls.ts';
import { asLists } from './postgres-text.ts';
import type { Values } from './sql-database.ts';

/**
 * Rows that one statement will write at once. Bounded by the batch: it is sent before the
 * transaction ends.
 */
export class PendingRows {
  readonly #text: string;
  readonly #columns: number;
  readonly #key: readonly number[];
  #rows: Values[] = [];

  /**
   * @param key places of the columns of which a later row takes an earlier one's place; none: all
   * are written
   */
  constructor(text: string, columns: number, key: readonly number[]) {
    this.#text = text;
    this.#columns = columns;
    this.#key = key;
  }

  add(values: Values): void {
    this.#rows.push(values);
  }

  /** Of the rows given, or those that were added; null: there are none. */
  take(rows: readonly Values[] = this.#rows): PostgresStatement | null {
    if (rows === this.#rows) this.#rows = [];
    if (rows.length === 0) return null;
    const values = asLists(this.#columns, this.#key.length === 0 ? rows : this.#newest(rows));
    return { text: this.#text, values };
  }

  clear(): void {
    this.#rows = [];
  }

  /** One statement may change a row once. */
  #newest(rows: readonly Values[]): Iterable<Values> {
    const byKey = new Map<string, Values>();
    for (const row of rows) byKey.set(JSON.stringify(this.#key.map((i) => row[i])), row);
    return byKey.values();
  }
}
