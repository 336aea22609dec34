import type { TaskView } from '../../../src/resources/task.ts';

/** A class's place in its task, which gives it its colour; -1: no task has it. */
export type ClassIndex = (label: string) => number;

/** Of a label alone: the first task that has it. */
export function classIndexOf(tasks: readonly Pick<TaskView, 'classes'>[]): ClassIndex {
  const index = new Map<string, number>();
  for (const { classes } of tasks) {
    for (const [at, name] of classes.entries()) if (!index.has(name)) index.set(name, at);
  }
  return (label) => index.get(label) ?? -1;
}
