import type { TaskClasses } from '../../../control-plane/src/datasets/task-classes.ts';
import { ControlPlaneError } from '../../../control-plane/src/errors.ts';

/** The classes of tasks, in memory. */
export function taskClasses(tasks: Record<string, readonly string[]>): TaskClasses {
  const known = new Map(Object.entries(tasks));
  const classesOf = async (task: string) => {
    const classes = known.get(task);
    if (classes) return classes;
    throw new ControlPlaneError('NOT_FOUND', `Expected a task, received ${task}.`);
  };
  return {
    classesOf,
    async addClasses(task, classes) {
      known.set(task, [...new Set([...(await classesOf(task)), ...classes])]);
    },
  };
}
