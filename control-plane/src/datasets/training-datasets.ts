import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { DatasetStore } from './dataset-store.ts';
import type { DatasetVersion } from './dataset-version.ts';
import { belongs } from './freeze-dataset.ts';
import type { TaskClasses } from './task-classes.ts';

/** A frozen version as a job names it. */
export interface DatasetReference {
  readonly version: number;
  readonly fingerprint: Sha256;
}

interface TestSideSample {
  readonly sha256: Sha256;
  readonly label: string;
  readonly removed: boolean;
}

export interface TrainingDatasetsParts {
  readonly database: Database;
  readonly datasets: DatasetStore;
  readonly classes: TaskClasses;
  readonly now: () => EpochMillis;
}

type Counted = SelectQueryBuilder<Tables, 'samples', { count: number }>;

/** What training asks of datasets and labels. */
export class TrainingDatasets {
  readonly #database: Database;
  readonly #datasets: DatasetStore;
  readonly #classes: TaskClasses;
  readonly #now: () => EpochMillis;

  constructor({ database, datasets, classes, now }: TrainingDatasetsParts) {
    this.#database = database;
    this.#datasets = datasets;
    this.#classes = classes;
    this.#now = now;
  }

  /** @param version null: the newest. @throws ControlPlaneError `NOT_FOUND` */
  async dataset(task: TaskId, version: number | null): Promise<DatasetReference> {
    if (version !== null) return referenceTo(await this.#datasets.view(task, version));
    const newest = await this.#newest(task);
    if (newest) return referenceTo(newest);
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected a dataset version of the task ${task}, received none. Freeze one first: POST /api/tasks/${task}/datasets.`,
    );
  }

  /** Null: there is none. */
  async newest(task: TaskId): Promise<(DatasetReference & { readonly frozenBy: string }) | null> {
    const newest = await this.#newest(task);
    return newest && { ...referenceTo(newest), frozenBy: newest.createdBy };
  }

  /** What a model is judged on; of what is removed the picture is gone. */
  async testSide(task: TaskId, version: number): Promise<readonly TestSideSample[]> {
    const rows = await this.#database
      .selectFrom('dataset_samples')
      .select(['sha256', 'label', 'removed_at'])
      .where('task', '=', task)
      .where('number', '=', version)
      .where('side', '=', 'test')
      .orderBy('sha256')
      .execute();
    return rows.map(({ sha256, label, removed_at }) => ({
      ...{ sha256, label, removed: removed_at !== null },
    }));
  }

  /**
   * Samples whose class was said since the newest version was frozen. Where a time lies in the future (the clock was ahead, or is
   * behind), what the version has decides instead.
   */
  async newLabels(task: TaskId): Promise<number> {
    const [newest, now] = [await this.#newest(task), this.#now()];
    const labelled = this.#database
      .selectFrom('samples')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('task', '=', task)
      .where('label', 'is not', null);
    return countOf(newest === null ? labelled : await this.#since(labelled, newest, now));
  }

  async #since(
    labelled: Counted,
    { task, number, createdAt }: DatasetVersion,
    now: EpochMillis,
  ): Promise<Counted> {
    const isMissing = (eb: ExpressionBuilder<Tables, 'samples'>) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('dataset_samples')
            .select('dataset_samples.sha256')
            .where('dataset_samples.task', '=', task)
            .where('dataset_samples.number', '=', number)
            .whereRef('dataset_samples.sha256', '=', 'samples.sha256')
            .whereRef('dataset_samples.label', '=', 'samples.label'),
        ),
      );
    if (createdAt > now) {
      const classes = await this.#classes.classesOf(task);
      return labelled.where((eb) => eb.and([belongs(eb, task, classes), isMissing(eb)]));
    }
    return labelled
      .where('labelled_at', '>', createdAt)
      .where((eb) => eb.or([eb('labelled_at', '<=', now), isMissing(eb)]));
  }

  /** What is labelled now; the newest version when nothing changed since. @throws ControlPlaneError `DATASET_TOO_SMALL` */
  async freeze(task: TaskId, by: string): Promise<DatasetReference> {
    const classes = await this.#classes.classesOf(task);
    return referenceTo(await this.#datasets.freeze({ task, classes, by }));
  }

  async #newest(task: TaskId): Promise<DatasetVersion | null> {
    const [newest] = await this.#datasets.list(task, 1, null);
    return newest ?? null;
  }
}

const countOf = async (labelled: Counted) =>
  Number((await labelled.executeTakeFirstOrThrow()).count);

const referenceTo = ({ number, fingerprint }: DatasetVersion): DatasetReference => ({
  ...{ version: number, fingerprint },
});
