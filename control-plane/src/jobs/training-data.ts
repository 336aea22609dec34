import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { TestSample } from './gate/read-predictions.ts';

/** A frozen version of a task's dataset. */
export interface DatasetReference {
  readonly version: number;
  readonly fingerprint: Sha256;
}

/** What jobs ask of datasets and labels. */
export interface TrainingData {
  /**
   * @param version null: the newest
   * @throws ControlPlaneError `NOT_FOUND`, `DATASET_TOO_SMALL`
   */
  dataset(task: TaskId, version: number | null): Promise<DatasetReference>;
  /** The newest version and who froze it; null: there is none. */
  newest(task: TaskId): Promise<(DatasetReference & { readonly frozenBy: string }) | null>;
  /** What a model is judged on. */
  testSide(task: TaskId, version: number): Promise<readonly TestSample[]>;
  /** Since the newest version. */
  newLabels(task: TaskId): Promise<number>;
  /**
   * What is labelled now; the newest version when nothing changed since.
   * @throws ControlPlaneError `DATASET_TOO_SMALL`
   */
  freeze(task: TaskId, by: string): Promise<DatasetReference>;
}
