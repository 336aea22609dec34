import { useMemo } from 'preact/hooks';
import type { ModelView } from '../../../src/resources/model.ts';
import type { TaskView } from '../../../src/resources/task.ts';
import { path, withQuery } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';

/**
 * The place of a class in its task's list: it has the same colour on every page. Of a model that is
 * not in the registry, the place among the labels that are seen.
 */
export function useClasses(
  model: string | null,
  seen: readonly string[],
): (label: string) => number {
  const address = model && withQuery(path`/api/models/${model}`, { orNone: true });
  const view = useResource<ModelView | null>(address).value;
  const task = useResource<TaskView>(view ? path`/api/tasks/${view.task}` : null).value;
  const names = [...new Set(seen)].sort().join('\n');
  return useMemo(() => {
    const classes = task?.classes ?? names.split('\n');
    return (label: string) => classes.indexOf(label);
  }, [task, names]);
}
