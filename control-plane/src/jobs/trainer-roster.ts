import {
  type EpochMillis,
  type LeaseRequest,
  type Requirements,
  timestamp,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { TrainerView } from '../resources/trainer.ts';
import { LEASED_STATES } from './job-states.ts';
import type { JobStoreOptions } from './job-store.ts';

/** A trainer asks every half minute at the latest. */
const AWAY_AFTER = 120_000;
/** More are forgotten, the longest silent first. */
const MOST = 200;

/**
 * Who takes jobs now: a job that nobody can take waits for good, and a person should see why. In
 * memory: after a start they all ask again within half a minute.
 */
export class TrainerRoster {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #asked = new Map<string, { has: Requirements; at: EpochMillis }>();

  constructor({ database, now }: JobStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  /** A trainer asks for a job. */
  hear({ trainer, has }: Pick<LeaseRequest, 'trainer' | 'has'>): void {
    // Behind the others: the first is the longest silent.
    this.#asked.delete(trainer);
    this.#asked.set(trainer, { has, at: this.#now() });
    const [first] = this.#asked.keys();
    if (this.#asked.size > MOST && first !== undefined) this.#asked.delete(first);
  }

  /** The trainers, ordered by name. */
  async list(): Promise<TrainerView[]> {
    const since = this.#now() - AWAY_AFTER;
    const rows = await this.#database
      .selectFrom('jobs')
      .select(['id', 'trainer'])
      .where('state', 'in', LEASED_STATES)
      .execute();
    const jobs = new Map(rows.map(({ id, trainer }) => [trainer, id]));
    const names = new Set([
      ...[...this.#asked].filter(([, { at }]) => at >= since).map(([name]) => name),
      ...[...jobs.keys()].filter((name) => name !== null),
    ]);
    return [...names].sort().map((trainer) => {
      const asked = this.#asked.get(trainer);
      return {
        trainer,
        has: asked?.has ?? null,
        job: jobs.get(trainer) ?? null,
        askedAt: asked ? timestamp(asked.at) : null,
      };
    });
  }
}
