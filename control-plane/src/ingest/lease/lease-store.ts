import type { Database } from '../../database/open-stores.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** The lease as it was read. */
export interface Lease {
  readonly generation: number;
  readonly beat: number;
  /** Null: nobody has it. */
  readonly holder: ProcessIdentity | null;
}

/** The one row that says who ingests. No clock is written into it: every reader has its own. */
export class LeaseStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(): Promise<Lease> {
    const { generation, beat, holder } = await this.#database
      .selectFrom('leases')
      .select(['generation', 'beat', 'holder'])
      .where('name', '=', 'ingest')
      .executeTakeFirstOrThrow();
    return { generation, beat, holder: holder === null ? null : JSON.parse(holder) };
  }

  /**
   * From whom has it, if it is still as it was seen: who gave a sign of life meanwhile keeps it.
   * @param stillFair asked last: whether it is taken after all
   * @returns the new generation; null: it has changed, or was not fair
   */
  take(seen: Lease, holder: ProcessIdentity, stillFair: () => boolean): Promise<number | null> {
    const generation = seen.generation + 1;
    return this.#database.transaction().execute(async (trx) => {
      const was = trx
        .selectFrom('leases')
        .select('beat')
        .where('name', '=', 'ingest')
        .where('generation', '=', seen.generation)
        .where('beat', '=', seen.beat);
      if (!(await was.executeTakeFirst()) || !stillFair()) return null;
      const taken = await trx
        .updateTable('leases')
        .set({ generation, beat: 0, holder: JSON.stringify(holder) })
        .where('name', '=', 'ingest')
        .where('generation', '=', seen.generation)
        .where('beat', '=', seen.beat)
        .returning('generation')
        .executeTakeFirst();
      return taken?.generation ?? null;
    });
  }

  /** A sign of life. @returns false: another has it */
  async beat(generation: number): Promise<boolean> {
    const beaten = await this.#database
      .updateTable('leases')
      .set(({ eb }) => ({ beat: eb('beat', '+', 1) }))
      .where('name', '=', 'ingest')
      .where('generation', '=', generation)
      .returning('beat')
      .executeTakeFirst();
    return beaten !== undefined;
  }

  /** Who has it leaves: the next need not wait. */
  async release(generation: number): Promise<void> {
    await this.#database
      .updateTable('leases')
      .set(({ eb }) => ({ beat: eb('beat', '+', 1), holder: null }))
      .where('name', '=', 'ingest')
      .where('generation', '=', generation)
      .execute();
  }
}
