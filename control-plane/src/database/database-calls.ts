/** One statement, with `?` for its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface StatementResult {
  /** Empty for a statement that gives none. */
  readonly rows: readonly object[];
  readonly changes: number;
}

/** What the database's thread is asked. */
export type DatabaseCalls = {
  execute: { readonly request: Statement; readonly response: StatementResult };
};

export interface DatabaseWorkerData {
  readonly folder: string;
}
