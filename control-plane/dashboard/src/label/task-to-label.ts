import type { TaskView } from '../../../src/resources/task.ts';

/**
 * The task to open where none is named: the one that was labelled last, or else the first; where
 * nothing waits there, the first in which something does.
 * @param last null: none is known
 * @returns null: there is none
 */
export function taskToLabel(
  tasks: readonly Pick<TaskView, 'task' | 'hasWaiting'>[],
  last: string | null,
): TaskView['task'] | null {
  const usual = tasks.find(({ task }) => task === last) ?? tasks[0];
  const chosen = usual?.hasWaiting ? usual : tasks.find(({ hasWaiting }) => hasWaiting);
  return (chosen ?? usual)?.task ?? null;
}
