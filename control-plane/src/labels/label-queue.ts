import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { LABEL_LEASE } from './label-lease.ts';
import { rankQueue } from './rank-queue.ts';
import { type Drifting, isFree, readCandidates } from './read-candidates.ts';
import { readLabelled } from './read-labelled.ts';

interface QueueParts {
  readonly database: Database;
  readonly now: () => EpochMillis;
  /** Devices whose scores drifted, as last measured. */
  readonly drifting: () => readonly Drifting[];
}

export interface QueuedSample {
  readonly sha256: Sha256;
  readonly leasedUntil: EpochMillis;
}

/** What to label next. Two persons never hold the same picture. */
export class LabelQueue {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #drifting: () => readonly Drifting[];

  constructor({ database, now, drifting }: QueueParts) {
    this.#database = database;
    this.#now = now;
    this.#drifting = drifting;
  }

  /**
   * Takes the next samples for a person: those that are held already, then the best of what is
   * free.
   */
  async take(task: TaskId, by: string, limit: number): Promise<readonly QueuedSample[]> {
    const leasedUntil = (this.#now() + LABEL_LEASE) as EpochMillis;
    const proposals = await this.#proposals(task, by, limit);
    return this.#database.transaction().execute(async (trx) => {
      const taken: QueuedSample[] = [];
      for (const sample of proposals) {
        if (taken.length === limit) break;
        const sha256 = await this.#lease(trx, sample, by, leasedUntil);
        if (sha256) taken.push({ sha256, leasedUntil });
      }
      return taken;
    });
  }

  /** Gives back what a person holds. */
  async release(task: TaskId, by: string): Promise<void> {
    await this.#database
      .updateTable('samples')
      .set({ leased_by: null, leased_until: null })
      .where('task', '=', task)
      .where('leased_by', '=', by)
      .execute();
  }

  /** Ids, the first first; more than asked for, since another may be quicker. */
  async #proposals(task: TaskId, by: string, limit: number): Promise<readonly number[]> {
    const held = await this.#database
      .selectFrom('samples')
      .select('id')
      .where('task', '=', task)
      .where('leased_by', '=', by)
      .where('leased_until', '>', this.#now())
      .where('label_state', 'in', ['unlabelled', 'disputed'])
      .orderBy('leased_until')
      .orderBy('id')
      .limit(limit)
      .execute();
    const ids = held.map(({ id }) => id);
    if (ids.length >= limit) return ids;
    const [now, drifting] = [this.#now(), this.#drifting()];
    const candidates = await readCandidates(this.#database, { task, by, now, drifting });
    if (candidates.length === 0) return ids;
    const labelled = await readLabelled(this.#database, task, candidates, now);
    const ranked = rankQueue(candidates, labelled, limit * 3);
    return [...ids, ...ranked.map(({ sample }) => sample)];
  }

  async #lease(
    trx: Transaction<Tables>,
    sample: number,
    by: string,
    until: EpochMillis,
  ): Promise<Sha256 | null> {
    const leased = await trx
      .updateTable('samples')
      .set({ leased_by: by, leased_until: until })
      .where('id', '=', sample)
      .where('label_state', 'in', ['unlabelled', 'disputed'])
      .where((eb) => eb.or([isFree(eb, this.#now()), eb('leased_by', '=', by)]))
      .returning('sha256')
      .executeTakeFirst();
    return leased?.sha256 ?? null;
  }
}
