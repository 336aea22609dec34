import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { DatasetCounts, DatasetVersion, FrozenSample } from './dataset-version.ts';
import { freezeDataset, type NewVersion } from './freeze-dataset.ts';

/** Frozen versions of the datasets of all tasks. */
export class DatasetStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** See `freezeDataset`. @throws ControlPlaneError `DATASET_TOO_SMALL` */
  async freeze(version: NewVersion): Promise<DatasetVersion> {
    const number = await this.#database
      .transaction()
      .execute((trx) => freezeDataset(trx, version, this.#now()));
    return this.view(version.task, number);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(task: TaskId, number: number): Promise<DatasetVersion> {
    const row = await this.#versions(task).where('number', '=', number).executeTakeFirst();
    if (row) return toVersion(row);
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected a dataset version of the task ${task}, received ${number}. GET its datasets for those there are.`,
    );
  }

  /** The newest first. @param before Numbers below. */
  async list(task: TaskId, limit: number, before: number | null): Promise<DatasetVersion[]> {
    const versions = this.#versions(task).orderBy('number', 'desc').limit(limit);
    const rows = await (before === null
      ? versions
      : versions.where('number', '<', before)
    ).execute();
    return rows.map(toVersion);
  }

  /** In the order of the digests: that of the fingerprint. @param after Digests above. */
  async samples(
    task: TaskId,
    number: number,
    limit: number,
    after: Sha256 | null,
  ): Promise<FrozenSample[]> {
    const samples = this.#database
      .selectFrom('dataset_samples')
      .select(['sha256', 'label', 'side', 'unbiased', 'device', 'camera', 'removed_at'])
      .where('task', '=', task)
      .where('number', '=', number)
      .orderBy('sha256')
      .limit(limit);
    const rows = await (after === null ? samples : samples.where('sha256', '>', after)).execute();
    return rows.map(({ unbiased, removed_at, ...row }) => ({
      ...row,
      unbiased: unbiased === 1,
      removedAt: removed_at,
    }));
  }

  #versions(task: TaskId) {
    return this.#database
      .selectFrom('dataset_versions')
      .selectAll()
      .select(({ selectFrom, fn }) =>
        selectFrom('dataset_samples')
          .select(fn.countAll<number>().as('count'))
          .whereRef('dataset_samples.task', '=', 'dataset_versions.task')
          .whereRef('dataset_samples.number', '=', 'dataset_versions.number')
          .where('removed_at', 'is not', null)
          .as('removed'),
      )
      .where('task', '=', task);
  }
}

function toVersion(
  row: Selectable<Tables['dataset_versions']> & { removed: number | null },
): DatasetVersion {
  return {
    task: row.task,
    number: row.number,
    fingerprint: row.fingerprint,
    createdAt: row.created_at,
    createdBy: row.created_by,
    classes: JSON.parse(row.classes) as string[],
    counts: JSON.parse(row.counts) as DatasetCounts,
    removed: Number(row.removed),
  };
}
