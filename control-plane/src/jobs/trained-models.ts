import type { Manifest, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/** What jobs ask of the registry. */
export interface TrainedModels {
  /**
   * The package that the alias names; null: it names none.
   * @param within a transaction, where it holds until its end
   */
  champion(task: TaskId, within?: Database): Promise<Sha256 | null>;
  /** @throws ControlPlaneError `NOT_FOUND` for a package that is no version of the task */
  manifest(task: TaskId, digest: Sha256): Promise<Manifest>;
  /**
   * Lets the alias `candidate` of its task name a package, within the transaction of whoever asks.
   * @returns what tells it, for when that has gone through
   * @throws ControlPlaneError `NOT_FOUND`, `CONFLICT` for one that is not registered
   */
  makeCandidate(trx: Database, digest: Sha256, by: string): Promise<() => void>;
  /** Whose version a package is; null: it is no version of any task. */
  taskOf(digest: Sha256): Promise<TaskId | null>;
}
