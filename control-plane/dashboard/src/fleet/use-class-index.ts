import { useMemo } from 'preact/hooks';
import type { Static } from 'typebox';
import type { TaskList } from '../../../src/resources/task.ts';
import { useResource } from '../api/use-resource.ts';
import type { FleetCamera } from './rows/fleet-row.ts';

/**
 * Where a class stands among those of its task, which gives it its colour; -1: it is none that is
 * known.
 */
export function useClassIndex(): (camera: FleetCamera | undefined) => number {
  const { value } = useResource<Static<typeof TaskList>>('/api/tasks', {
    on: ['model.registered', 'task.changed'],
  });
  return useMemo(() => {
    const classes = new Map(value?.tasks.map((each) => [each.task as string, each.classes]));
    return (camera) => {
      if (!camera?.label || camera.task === null) return -1;
      return classes.get(camera.task)?.indexOf(camera.label) ?? -1;
    };
  }, [value]);
}
