import { BEGIN_WRITING } from '../../database/postgres/begin-writing.ts';
import type { PostgresUrl } from '../../database/postgres/connect-postgres.ts';
import type { StoreShare } from '../store-calls.ts';
import { PendingRows } from './pending-rows.ts';
import type { PostgresCall, PostgresResult, PostgresStatement } from './postgres-calls.ts';
import { PostgresPrepared } from './postgres-prepared.ts';
import { insertion, update } from './postgres-text.ts';
import { callPostgres } from './postgres-thread.ts';
import { postgresUsedBytes } from './postgres-used-bytes.ts';
import type {
  Insertion,
  RowsStatement,
  SqlDatabase,
  SqlStatement,
  Update,
} from './sql-database.ts';

const BEGIN_READING = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

let connections = 0;

/** A connection of its own, made when it is needed, and again after it was lost. */
export class PostgresDatabase implements SqlDatabase {
  /** 307.5 over 20,000 rows of one device. */
  readonly besideTexts = 310;
  readonly givesIdsAgain = false;
  readonly #url: PostgresUrl;
  readonly #share: StoreShare | null;
  readonly #connection = ++connections;
  /** In the order in which they are sent. */
  readonly #pending: PendingRows[] = [];
  #within = false;

  /** @param share what it keeps from other processes for as long as it is open; null: nothing */
  constructor(url: PostgresUrl, share: StoreShare | null = null) {
    this.#url = url;
    this.#share = share;
  }

  prepare<Given, Row>(sql: string): SqlStatement<Given, Row> {
    return new PostgresPrepared<Row>(sql, this) as unknown as SqlStatement<Given, Row>;
  }

  prepareForEach<Row>(sql: string): (ids: readonly number[]) => Row[] {
    const text = sql.replace(':each', 'ANY ($1::bigint[])');
    return (ids) => this.execute(text, [ids]).rows as Row[];
  }

  insertRows<Row>(given: Insertion): RowsStatement<Row> {
    const names = Object.keys(given.columns);
    const key = (given.by ?? []).map((name) => names.indexOf(name));
    return this.#rows<Row>(insertion(given), names.length, key);
  }

  updateRows<Row>(given: Update): RowsStatement<Row> {
    const [sets, by] = [Object.keys(given.set).length, Object.keys(given.by).length];
    const key = Array.from({ length: by }, (_, i) => sets + i);
    return this.#rows<Row>(update(given), sets + by, key);
  }

  flush(): void {
    const statements = this.#takePending();
    if (statements.length > 0) this.#call(statements);
  }

  write<Result>(run: () => Result): Result {
    return this.#transaction(BEGIN_WRITING, run);
  }

  read<Result>(run: () => Result): Result {
    return this.#transaction(BEGIN_READING, run);
  }

  usedBytes(): number {
    return postgresUsedBytes(this);
  }

  /** Every step that is not there yet. @throws with the code `DATA_NEWER` */
  migrate(): void {
    this.#call([], 'migrate');
  }

  /** @throws with the codes `DATA_NEWER`, `DATA_OLDER` */
  expectNewest(): void {
    this.#call([], 'expectNewest');
  }

  close(): void {
    this.#call([], 'close');
  }

  /** At once, without what is pending. */
  execute(text: string, values: readonly unknown[]): PostgresResult {
    return this.#call([{ text, values }])[0] as PostgresResult;
  }

  #transaction<Result>(begin: string, run: () => Result): Result {
    try {
      this.#call([{ text: begin, values: [] }]);
      this.#within = true;
      const result = run();
      this.#call([...this.#takePending(), { text: 'COMMIT', values: [] }]);
      return result;
    } catch (error) {
      // One that waited for its lock in vain has begun, too.
      this.#within = true;
      this.#rollBack();
      throw error;
    } finally {
      this.#within = false;
    }
  }

  /** What was lost with its connection has been rolled back. */
  #rollBack(): void {
    for (const rows of this.#pending) rows.clear();
    try {
      this.#call([{ text: 'ROLLBACK', values: [] }]);
    } catch {
      // The error that led here is the one to tell.
    }
  }

  #rows<Row>(text: string, columns: number, key: readonly number[]): RowsStatement<Row> {
    const pending = new PendingRows(text, columns, key);
    this.#pending.push(pending);
    return {
      add: (values) => pending.add(values),
      all: (rows) => {
        const statement = pending.take(rows);
        return statement ? (this.#call([statement])[0]?.rows as Row[]) : [];
      },
    };
  }

  #takePending(): PostgresStatement[] {
    return this.#pending.flatMap((rows) => rows.take() ?? []);
  }

  #call(
    statements: readonly PostgresStatement[],
    also?: PostgresCall['also'],
  ): readonly PostgresResult[] {
    return callPostgres({
      url: this.#url,
      connection: this.#connection,
      share: this.#share,
      statements,
      within: this.#within,
      ...(also && { also }),
    });
  }
}
