import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Expression, ExpressionBuilder, SqlBool, Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import type { GroupId } from '../samples/side.ts';
import { LABEL_LEASE } from './label-lease.ts';
import { type Candidate, rankQueue } from './rank-queue.ts';

/** Of all that wait, those that are ranked: the most telling of each kind. */
const MOST_UNSURE = 400;
const MOST_RANDOM = 50;
const MOST_UNSEEN = 50;
const MOST_DISPUTED = 50;

export interface QueuedSample {
  readonly sha256: Sha256;
  readonly leasedUntil: EpochMillis;
}

/** What to label next. Two persons never hold the same picture. */
export class LabelQueue {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** Takes the next samples for a person: those that are held already, then the best of what is free. */
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
    const candidates = await this.#candidates(task, by);
    if (candidates.length === 0) return ids;
    const ranked = rankQueue(candidates, await this.#labelled(task, candidates), limit * 3);
    return [...ids, ...ranked.map(({ sample }) => sample)];
  }

  async #candidates(task: TaskId, by: string): Promise<readonly Candidate[]> {
    const waiting = this.#database
      .selectFrom('samples')
      .select(['id', 'group_id', 'uncertainty', 'guess', 'origin', 'label_state', 'received_at'])
      .where('task', '=', task)
      .where((eb) => isFree(eb, this.#now()))
      .where((eb) => isNewTo(eb, by));
    const unlabelled = waiting.where('label_state', '=', 'unlabelled');
    const rows = [
      ...(await waiting
        .where('label_state', '=', 'disputed')
        .orderBy('id')
        .limit(MOST_DISPUTED)
        .execute()),
      ...(await unlabelled
        .where('uncertainty', 'is not', null)
        .orderBy('uncertainty', 'desc')
        .limit(MOST_UNSURE)
        .execute()),
      ...(await unlabelled
        .where('origin', '=', 'random')
        .orderBy('id')
        .limit(MOST_RANDOM)
        .execute()),
      ...(await unlabelled
        .where('uncertainty', 'is', null)
        .orderBy('id')
        .limit(MOST_UNSEEN)
        .execute()),
    ];
    const byId = new Map(rows.map((row) => [row.id, row]));
    return [...byId.values()].map((row) => ({
      ...{ sample: row.id, group: row.group_id, receivedAt: row.received_at },
      ...{ uncertainty: row.uncertainty, guess: row.guess },
      random: row.origin === 'random',
      disputed: row.label_state === 'disputed',
    }));
  }

  async #labelled(task: TaskId, candidates: readonly Candidate[]) {
    const byClass = await this.#database
      .selectFrom('samples')
      .select(['label', ({ fn }) => fn.countAll<number>().as('count')])
      .where('task', '=', task)
      .where('label', 'is not', null)
      .groupBy('label')
      .execute();
    const groups = [...new Set(candidates.map(({ group }) => group))];
    const byGroup = await this.#database
      .selectFrom('samples')
      .select(['group_id', ({ fn }) => fn.countAll<number>().as('count')])
      .where('task', '=', task)
      .where('group_id', 'in', groups)
      .where('label_state', 'in', ['class', 'none'])
      .groupBy('group_id')
      .execute();
    return {
      byClass: new Map(byClass.map(({ label, count }) => [label as string, Number(count)])),
      byGroup: new Map<GroupId, number>(
        byGroup.map(({ group_id, count }) => [group_id, Number(count)]),
      ),
    };
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

type OfSamples = ExpressionBuilder<Tables, 'samples'>;

function isFree(eb: OfSamples, now: EpochMillis): Expression<SqlBool> {
  return eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]);
}

/** The person said nothing of it, or took it back. */
function isNewTo({ not, exists, selectFrom }: OfSamples, by: string): Expression<SqlBool> {
  return not(
    exists(
      selectFrom('label_events as said')
        .select('said.id')
        .whereRef('said.sample_id', '=', 'samples.id')
        .where('said.said_by', '=', by)
        .where('said.kind', '!=', 'undo')
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('label_events as undo')
                .select('undo.id')
                .whereRef('undo.sample_id', '=', 'said.sample_id')
                .whereRef('undo.undoes', '=', 'said.id'),
            ),
          ),
        ),
    ),
  );
}
