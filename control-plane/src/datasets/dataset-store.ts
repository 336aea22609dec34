import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import { SIDES, type Side } from '../samples/side.ts';
import type { DatasetCounts, DatasetVersion, FrozenSample, SideCounts } from './dataset-version.ts';
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
    const rows = await this.#versions(task).where('number', '=', number).execute();
    const [version] = await this.#read(task, rows);
    if (version) return version;
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
    return this.#read(task, rows);
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
    return this.#database.selectFrom('dataset_versions').selectAll().where('task', '=', task);
  }

  /** With how much of each is gone. */
  async #read(task: TaskId, rows: readonly VersionRow[]): Promise<DatasetVersion[]> {
    // PostgreSQL takes no empty list.
    if (rows.length === 0) return [];
    const numbers = rows.map(({ number }) => number);
    const removed = await this.#database
      .selectFrom('dataset_samples')
      .select(({ fn }) => ['number', 'label', 'side', fn.countAll<number>().as('samples')])
      .where('task', '=', task)
      .where('number', 'in', numbers)
      .where('removed_at', 'is not', null)
      .groupBy(['number', 'label', 'side'])
      .execute();
    return rows.map((row) =>
      toVersion(
        row,
        removed.filter(({ number }) => number === row.number),
      ),
    );
  }
}

type VersionRow = Selectable<Tables['dataset_versions']>;
interface Removed extends Pick<FrozenSample, 'label' | 'side'> {
  readonly samples: number;
}

function toVersion(row: VersionRow, removed: readonly Removed[]): DatasetVersion {
  const counts = JSON.parse(row.counts) as DatasetCounts;
  const gone = (label: string, side: Side) =>
    Number(removed.find((it) => it.label === label && it.side === side)?.samples ?? 0);
  const present = Object.entries(counts.byClass).map(([label, of]) => {
    const [train, validation, test] = SIDES.map((side) => of[side] - gone(label, side));
    return [label, { train, validation, test } as SideCounts] as const;
  });
  return {
    task: row.task,
    number: row.number,
    fingerprint: row.fingerprint,
    createdAt: row.created_at,
    createdBy: row.created_by,
    classes: JSON.parse(row.classes) as string[],
    counts,
    removed: removed.reduce((sum, { samples }) => sum + Number(samples), 0),
    present: Object.fromEntries(present),
  };
}
