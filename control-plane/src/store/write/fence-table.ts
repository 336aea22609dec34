import { ControlPlaneError } from '../../errors.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';

/**
 * What must be so within a transaction, of a process that is not the only one that may store
 * records.
 */
export interface Fence {
  /** The generation of the lease that it was given. */
  readonly generation: number;
  /** Up to which change it knows all accounts; null: it does not matter. */
  readonly roster: number | null;
}

/**
 * Turns away what comes from a process that was stopped, and does not know yet that another took
 * its place.
 */
export class FenceTable {
  readonly #sql;

  constructor(database: SqlDatabase) {
    this.#sql = {
      generation: database
        .prepare<[], number>("SELECT generation FROM leases WHERE name = 'ingest'")
        .pluck(),
      roster: database.prepare<[], number>('SELECT revision FROM roster').pluck(),
    };
  }

  /**
   * Within the transaction of what it is for.
   * @throws ControlPlaneError `FENCED`, `ROSTER_CHANGED`
   */
  check({ generation, roster }: Fence): void {
    const now = this.#sql.generation.get();
    if (now !== generation) {
      const message = `Expected the lease of generation ${generation}, received ${now}: another process ingests.`;
      throw new ControlPlaneError('FENCED', message);
    }
    if (roster === null || roster === this.#sql.roster.get()) return;
    const message = `Expected no change of an account since ${roster}, received one.`;
    throw new ControlPlaneError('ROSTER_CHANGED', message);
  }
}
