import type { TaskId } from '@edgeloop/protocol';
/** The classes of tasks, as labels and datasets need them. The registry of tasks keeps them. */
export interface TaskClasses {
  /** In their order. @throws ControlPlaneError `NOT_FOUND` */
  classesOf(task: TaskId): Promise<readonly string[]>;
  /**
   * Those that are new are put behind the others.
   * @throws ControlPlaneError `NOT_FOUND`; `CONFLICT` where the task would have too many
   */
  addClasses(task: TaskId, classes: readonly string[]): Promise<void>;
}
