import type { CameraId, DeviceId, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

export interface SampleOrigin {
  /** Null: its samples were imported. */
  readonly device: DeviceId | null;
  readonly camera: CameraId | null;
  readonly samples: number;
}

interface TrainedModel {
  readonly task: TaskId;
  /** The fingerprint of its dataset. */
  readonly dataset: Sha256;
}

/** From a dataset's fingerprint to the cameras that its samples came from. */
export class DatasetOriginStore {
  readonly #database: Database;

  constructor({ database }: { database: Database }) {
    this.#database = database;
  }

  /**
   * For each model the version that it was trained on, in their order.
   * @returns null for one whose dataset was not frozen here
   */
  async versionsOf(models: readonly TrainedModel[]): Promise<(number | null)[]> {
    const each = <Key extends keyof TrainedModel>(key: Key) => [
      ...new Set(models.map((model) => model[key])),
    ];
    if (models.length === 0) return [];
    const rows = await this.#database
      .selectFrom('dataset_versions')
      .select(['task', 'fingerprint', ({ fn }) => fn.min<number>('number').as('number')])
      .where('task', 'in', each('task'))
      .where('fingerprint', 'in', each('dataset'))
      .groupBy(['task', 'fingerprint'])
      .execute();
    const numbers = new Map(
      rows.map(({ task, fingerprint, number }) => [`${task} ${fingerprint}`, number]),
    );
    return models.map(({ task, dataset }) => numbers.get(`${task} ${dataset}`) ?? null);
  }

  /** Null: no version of the task has the fingerprint. */
  async originsOf(
    task: string,
    fingerprint: Sha256,
  ): Promise<{ readonly version: number; readonly origins: readonly SampleOrigin[] } | null> {
    const version = await this.#database
      .selectFrom('dataset_versions')
      .select(['task', 'number'])
      .where('task', '=', task as TaskId)
      .where('fingerprint', '=', fingerprint)
      .orderBy('number')
      .limit(1)
      .executeTakeFirst();
    if (!version) return null;
    const rows = await this.#database
      .selectFrom('dataset_samples')
      .select(['device', 'camera', ({ fn }) => fn.countAll<number>().as('samples')])
      .where('task', '=', version.task)
      .where('number', '=', version.number)
      .groupBy(['device', 'camera'])
      // Databases differ in where null goes.
      .orderBy('device', (order) => order.asc().nullsFirst())
      .orderBy('camera', (order) => order.asc().nullsFirst())
      .execute();
    return {
      version: version.number,
      origins: rows.map((row) => ({ ...row, samples: Number(row.samples) })),
    };
  }
}
