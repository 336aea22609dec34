import { useMemo } from 'preact/hooks';
import type { ModelView } from '../../../src/resources/model.ts';
import type { TaskView } from '../../../src/resources/task.ts';
import { path } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';

/**
 * The place of a class in its task's list: it has the same colour on every page. Of a model that is
 * not in the registry, the place among the labels that are seen.
 */
export function useClasses(
  model: string | null,
  seen: readonly string[],
): (label: string) => number {
  const view = useResource<ModelView>(model && path`/api/models/${model}`).value;
  const task = useResource<TaskView>(view ? path`/api/tasks/${view.task}` : null).value;
  const names = [...new Set(seen)].sort().join('\n');
  return useMemo(() => {
    const classes = task?.classes ?? names.split('\n');
    return (label: string) => classes.indexOf(label);
  }, [task, names]);
}
