import { type EpochMillis, type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { AliasChangePage, AliasChangeQuery } from '../resources/task.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import type { AliasName } from './alias-name.ts';
import { isNetZero } from './is-net-zero.ts';
import { modelNotFound } from './model-store.ts';

/** What must be true before; `undefined`: anything. */
export interface AliasCondition {
  /** What it stands for; null: nothing yet. */
  readonly expected?: Sha256 | null | undefined;
}

export interface AliasStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
  readonly events: Pick<EventBus, 'publish'>;
}

/** An alias that stands for something else now. */
export interface AliasChange {
  readonly task: TaskId;
  readonly alias: AliasName;
  readonly from: Sha256 | null;
  readonly to: Sha256 | null;
}

/** Names that move from version to version, and who moved them when. */
export class AliasStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #events: Pick<EventBus, 'publish'>;

  constructor({ database, now, events }: AliasStoreOptions) {
    this.#database = database;
    this.#now = now;
    this.#events = events;
  }

  /** @returns what the alias stands for in a task; null: nothing */
  resolve(
    task: string,
    alias: AliasName,
    within: Database = this.#database,
  ): Promise<Sha256 | null> {
    return currentOf(within, task, alias);
  }

  /**
   * Lets an alias of the model's task stand for it.
   * @throws ControlPlaneError `NOT_FOUND`, `CONFLICT` for one that is not registered,
   * `PRECONDITION_FAILED`
   */
  async set(
    digest: Sha256,
    alias: AliasName,
    changedBy: string,
    { expected }: AliasCondition = {},
  ): Promise<void> {
    const change = await this.#database
      .transaction()
      .execute((trx) => this.setWithin(trx, digest, alias, changedBy, { expected }));
    if (change) this.tell(change);
  }

  /**
   * The same within the transaction of whoever asks, who tells it when that has gone through.
   * @returns null where it stands for it already
   */
  async setWithin(
    trx: Database,
    digest: Sha256,
    alias: AliasName,
    changedBy: string,
    { expected }: AliasCondition = {},
  ): Promise<AliasChange | null> {
    const model = await trx
      .selectFrom('model_versions')
      .select(['task', 'state'])
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (!model) throw modelNotFound(digest);
    const { task, state } = model;
    if (state !== 'registered') {
      const message = `Expected a registered model for ${alias}, received ${digest}, which is ${state}.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    const before = await currentOf(trx, task, alias);
    requireExpected(alias, expected, before);
    if (before === digest) return null;
    const row = { task, alias, digest, set_at: this.#now(), set_by: changedBy };
    const { set_at, set_by } = row;
    await trx
      .insertInto('model_aliases')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['task', 'alias']).doUpdateSet({ digest, set_at, set_by }),
      )
      .execute();
    return this.#note(trx, { task, alias, from: before, to: digest }, changedBy);
  }

  /**
   * The alias stands for nothing any more.
   * @throws ControlPlaneError `NOT_FOUND`, `PRECONDITION_FAILED` where it is another model's
   */
  async remove(digest: Sha256, alias: AliasName, changedBy: string): Promise<void> {
    const change = await this.#database.transaction().execute(async (trx) => {
      const model = await trx
        .selectFrom('model_versions')
        .select('task')
        .where('digest', '=', digest)
        .executeTakeFirst();
      if (!model) throw modelNotFound(digest);
      const { task } = model;
      const before = await currentOf(trx, task, alias);
      requireExpected(alias, digest, before);
      return this.#clear(trx, { task, alias, from: before }, changedBy);
    });
    this.tell(change);
  }

  /**
   * Within the transaction of whoever asks: lets an alias stand for what it stood for before
   * `changedBy` gave it to the model; for nothing, where that is gone.
   * @returns null where it never did, or others have moved the alias since
   */
  async undoWithin(
    trx: Database,
    { task, alias, digest }: { task: TaskId; alias: AliasName; digest: Sha256 },
    changedBy: string,
  ): Promise<AliasChange | null> {
    const given = await trx
      .selectFrom('alias_changes')
      .selectAll()
      .where('task', '=', task)
      .where('alias', '=', alias)
      .where('changed_by', '=', changedBy)
      .where('to_digest', '=', digest)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!given) return null;
    const since = await trx
      .selectFrom('alias_changes')
      .selectAll()
      .where('task', '=', task)
      .where('alias', '=', alias)
      .where('id', '>', given.id)
      .orderBy('id')
      .execute();
    if (!isNetZero(since)) return null;
    const former = given.from_digest;
    if (former !== null && (await isRegistered(trx, former))) {
      return this.setWithin(trx, former, alias, changedBy);
    }
    return this.#clear(trx, { task, alias, from: digest }, changedBy);
  }

  /** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async changes(
    task: string,
    { cursor, limit }: AliasChangeQuery & { limit: number },
  ): Promise<AliasChangePage> {
    const [before] = cursor ? decodeCursor('alias-changes', ['number'], cursor) : [];
    let query = this.#database
      .selectFrom('alias_changes')
      .selectAll()
      .where('task', '=', task as never);
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    return {
      changes: rows.map((row) => ({
        alias: row.alias,
        from: row.from_digest,
        to: row.to_digest,
        at: timestamp(row.changed_at),
        by: row.changed_by,
      })),
      next: last && rows.length === limit ? encodeCursor('alias-changes', [last.id]) : null,
    };
  }

  async #clear(
    trx: Database,
    { task, alias, from }: Omit<AliasChange, 'to'>,
    changedBy: string,
  ): Promise<AliasChange> {
    await trx
      .deleteFrom('model_aliases')
      .where('task', '=', task)
      .where('alias', '=', alias)
      .execute();
    return this.#note(trx, { task, alias, from, to: null }, changedBy);
  }

  async #note(trx: Database, change: AliasChange, changedBy: string): Promise<AliasChange> {
    const { task, alias, from, to } = change;
    await trx
      .insertInto('alias_changes')
      .values({
        task,
        alias,
        from_digest: from,
        to_digest: to,
        changed_at: this.#now(),
        changed_by: changedBy,
      })
      .execute();
    return change;
  }

  tell({ task, alias, from, to }: AliasChange): void {
    this.#events.publish({ kind: 'alias.changed', subject: { task }, data: { alias, from, to } });
  }
}

async function isRegistered(trx: Database, digest: Sha256): Promise<boolean> {
  const model = await trx
    .selectFrom('model_versions')
    .select('state')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return model?.state === 'registered';
}

async function currentOf(trx: Database, task: string, alias: AliasName): Promise<Sha256 | null> {
  const row = await trx
    .selectFrom('model_aliases')
    .select('digest')
    .where('task', '=', task as never)
    .where('alias', '=', alias)
    .executeTakeFirst();
  return row?.digest ?? null;
}

function requireExpected(
  alias: AliasName,
  expected: Sha256 | null | undefined,
  current: Sha256 | null,
): void {
  if (expected === undefined || expected === current) return;
  throw new ControlPlaneError(
    'PRECONDITION_FAILED',
    `Expected ${alias} to stand for ${expected ?? 'nothing'}, received ${current ?? 'nothing'}: it was changed in the meantime. Look again.`,
  );
}
