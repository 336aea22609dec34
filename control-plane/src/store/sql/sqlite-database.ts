import type { Database } from '@edgeloop/sqlite';
import type {
  Insertion,
  RowsStatement,
  SqlDatabase,
  SqlStatement,
  Update,
  Values,
} from './sql-database.ts';

/** Statements are better-sqlite3's own: nothing stands between. */
export class SqliteDatabase implements SqlDatabase {
  readonly native: Database;
  /** 143 over 20,000 rows of one device. */
  readonly besideTexts = 150;
  /** One more than the largest that is there. */
  readonly givesIdsAgain = true;

  constructor(native: Database) {
    this.native = native;
  }

  prepare<Given, Row>(sql: string): SqlStatement<Given, Row> {
    return this.native.prepare(sql) as unknown as SqlStatement<Given, Row>;
  }

  prepareForEach<Row>(sql: string): (ids: readonly number[]) => Row[] {
    const statement = this.native.prepare<[number], Row>(sql.replace(':each', '?'));
    return (ids) => ids.flatMap((id) => statement.all(id));
  }

  insertRows<Row>({ into, columns, tail = '' }: Insertion): RowsStatement<Row> {
    const names = Object.keys(columns);
    const places = names.map(() => '?').join(', ');
    return this.#eachRow(`INSERT INTO ${into} (${names.join(', ')}) VALUES (${places}) ${tail}`);
  }

  updateRows<Row>({ table, set, by, tail = '' }: Update): RowsStatement<Row> {
    const equal = (names: object, between: string) =>
      Object.keys(names)
        .map((name) => `${name} = ?`)
        .join(between);
    return this.#eachRow(
      `UPDATE ${table} SET ${equal(set, ', ')} WHERE ${equal(by, ' AND ')} ${tail}`,
    );
  }

  flush(): void {}

  write<Result>(run: () => Result): Result {
    return this.native.transaction(run).immediate();
  }

  read<Result>(run: () => Result): Result {
    return this.native.transaction(run)();
  }

  /** Pages that hold something: SQLite uses those again that hold nothing. */
  usedBytes(): number {
    const read = (name: string) => this.native.pragma(name, { simple: true }) as number;
    return (read('page_count') - read('freelist_count')) * read('page_size');
  }

  close(): void {
    this.native.close();
  }

  #eachRow<Row>(sql: string): RowsStatement<Row> {
    const statement = this.native.prepare<unknown[], Row>(sql);
    return {
      add: (values: Values) => void statement.run(...values),
      all: (rows) => rows.flatMap((values) => statement.all(...values)),
    };
  }
}
