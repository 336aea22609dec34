import type { ModelSummary } from '../../../src/resources/model.ts';
import type { TaskView } from '../../../src/resources/task.ts';

/** A class's place in its task, which gives it its colour; -1: no task has it. */
export type ClassIndex = (label: string, model?: string) => number;

/**
 * In the task of the model that saw it; of a label alone, or of a model that is not known, in the
 * first task that has it.
 */
export function classIndexOf(
  tasks: readonly Pick<TaskView, 'task' | 'classes'>[],
  models: readonly Pick<ModelSummary, 'digest' | 'task'>[],
): ClassIndex {
  const places = new Map(
    tasks.map(({ task, classes }) => [task, new Map(classes.map((name, at) => [name, at]))]),
  );
  const taskOf = new Map<string, TaskView['task']>(
    models.map(({ digest, task }) => [digest, task]),
  );
  return (label, model) => {
    const task = model === undefined ? undefined : taskOf.get(model);
    const own = task === undefined ? undefined : places.get(task)?.get(label);
    return own ?? [...places.values()].find((of) => of.has(label))?.get(label) ?? -1;
  };
}
