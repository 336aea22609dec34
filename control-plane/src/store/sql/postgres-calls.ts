import type { PostgresUrl } from '../../database/postgres/connect-postgres.ts';
import type { StoreShare } from '../store-calls.ts';
import type { AnswerSignal } from './answer-signal.ts';

/** One statement; without values it may be several, with `;` between. */
export interface PostgresStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Statements one after another; the first that fails is the last. */
export interface PostgresCall {
  /** Of the connection, which is made at its first call. */
  readonly url: PostgresUrl;
  readonly connection: number;
  /** What it takes of the database for as long as it lasts; null: nothing. */
  readonly share: StoreShare | null;
  readonly statements: readonly PostgresStatement[];
  /** A transaction goes on: a connection that was lost is not replaced. */
  readonly within: boolean;
  /**
   * It ends afterwards; or before the statements, every migration, or a look that there is none to
   * do.
   */
  readonly also?: 'close' | 'migrate' | 'expectNewest';
}

export interface PostgresResult {
  readonly rows: readonly object[];
  readonly changes: number;
}

export type PostgresAnswer =
  | { readonly results: readonly PostgresResult[] }
  | { readonly failure: { readonly code: string; readonly message: string } };

/** The code of an answer that did not come from the server. */
export const CONNECTION_LOST = 'CONNECTION_LOST';

/** What the thread is given first. */
export interface PostgresLine {
  readonly port: import('node:worker_threads').MessagePort;
  /** Of the answers. */
  readonly signal: AnswerSignal;
}
