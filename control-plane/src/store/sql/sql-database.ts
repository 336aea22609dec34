/** What a row's column holds. */
type ColumnType = 'integer' | 'real' | 'text';

/** Of one statement, in its order. */
export type Columns = Readonly<Record<string, ColumnType>>;

type Value = string | number | null;

/** One for each column, in their order. */
export type Values = readonly Value[];

/** `?` by place, or `@name` of an object. */
type Parameters<Given> = Given extends readonly unknown[] ? Given : [Given];

/** A statement that is told once and run often, at once. */
export interface SqlStatement<Given, Row> {
  get(...parameters: Parameters<Given>): Row | undefined;
  all(...parameters: Parameters<Given>): Row[];
  run(...parameters: Parameters<Given>): { readonly changes: number };
  /** Gives the first column alone from now on. */
  pluck(): this;
}

/** A statement over many rows of a batch. */
export interface RowsStatement<Row> {
  /** Before the transaction ends, or the next `flush` or `run`. */
  add(values: Values): void;
  /** At once. @returns what `returning` of the statement gives, in any order */
  all(rows: readonly Values[]): Row[];
}

export interface Insertion {
  readonly into: string;
  readonly columns: Columns;
  /** `ON CONFLICT …`, `RETURNING …` */
  readonly tail?: string;
  /** Columns of which the last row in a batch counts: what `ON CONFLICT` updates. */
  readonly by?: readonly string[];
}

export interface Update {
  readonly table: string;
  readonly set: Columns;
  readonly by: Columns;
  /** `RETURNING …`, of columns with the table's name before them */
  readonly tail?: string;
}

/**
 * What the tables of detections need of a database: SQL that SQLite and PostgreSQL both speak, in a
 * thread that may be blocked. What a batch writes is given to it row by row; SQLite writes each as
 * it comes, PostgreSQL all of them at once: there a row costs no way there and back.
 */
export interface SqlDatabase {
  prepare<Given = unknown[], Row = unknown>(sql: string): SqlStatement<Given, Row>;
  /** Those of many ids: `WHERE id = :each`. */
  prepareForEach<Row>(sql: string): (ids: readonly number[]) => Row[];
  insertRows<Row = never>(insertion: Insertion): RowsStatement<Row>;
  updateRows<Row = never>(update: Update): RowsStatement<Row>;
  /** What was added is there to be read. */
  flush(): void;
  /** All or nothing, no one else writes meanwhile, and it is on disk afterwards. */
  write<Result>(run: () => Result): Result;
  /** All that is read is of one moment. */
  read<Result>(run: () => Result): Result;
  /**
   * What a detection takes beside its texts: its head and numbers, and entries in indexes; bytes.
   */
  readonly besideTexts: number;
  /** Whether the id of a newest row that was removed is given to the next one. */
  readonly givesIdsAgain: boolean;
  /** What its rows take. */
  usedBytes(): number;
  close(): void;
}
