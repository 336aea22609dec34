import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { DatasetStore } from './dataset-store.ts';
import type { DatasetVersion } from './dataset-version.ts';
import { labelledSince } from './labelled-since.ts';
import type { TaskClasses } from './task-classes.ts';
import { requireTrainable } from './untrainable.ts';

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

  /**
   * That a model is to be trained on.
   * @param version null: the newest
   * @throws ControlPlaneError `NOT_FOUND`, `DATASET_TOO_SMALL` where no training can succeed
   */
  async dataset(task: TaskId, version: number | null): Promise<DatasetReference> {
    const found =
      version === null ? await this.#newest(task) : await this.#datasets.view(task, version);
    if (found) {
      requireTrainable(`version ${found.number} of ${task}`, found.present);
      return referenceTo(found);
    }
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
      sha256,
      label,
      removed: removed_at !== null,
    }));
  }

  /**
   * Samples whose class was said since the newest version was frozen, and that the next one would
   * have.
   */
  async newLabels(task: TaskId): Promise<number> {
    const newest = await this.#newest(task);
    let labelled = this.#database
      .selectFrom('samples')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('task', '=', task)
      .where('label', 'is not', null);
    if (newest) {
      const classes = await this.#classes.classesOf(task);
      labelled = labelled.where(await labelledSince(this.#database, newest, classes, this.#now()));
    }
    return Number((await labelled.executeTakeFirstOrThrow()).count);
  }

  /**
   * What is labelled now; the newest version when nothing changed since.
   * @throws ControlPlaneError `DATASET_TOO_SMALL`
   */
  async freeze(task: TaskId, by: string): Promise<DatasetReference> {
    const classes = await this.#classes.classesOf(task);
    return referenceTo(await this.#datasets.freeze({ task, classes, by, toTrain: true }));
  }

  async #newest(task: TaskId): Promise<DatasetVersion | null> {
    const [newest] = await this.#datasets.list(task, 1, null);
    return newest ?? null;
  }
}

const referenceTo = ({ number, fingerprint }: DatasetVersion): DatasetReference => ({
  version: number,
  fingerprint,
});
