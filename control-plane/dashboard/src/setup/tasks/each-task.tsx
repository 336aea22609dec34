import type { ComponentChildren } from 'preact';
import type { TaskView } from '../../../../src/resources/task.ts';
import { useResource } from '../../api/use-resource.ts';
import { Empty } from '../../ui/empty.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';

/** A part for every task. */
export function EachTask({ children }: { children: (task: string) => ComponentChildren }) {
  const tasks = useResource<{ tasks: TaskView[] }>('/api/tasks', { on: ['task.changed'] });
  return (
    <Loaded what="The tasks" from={tasks}>
      {({ tasks: all }) =>
        all.length === 0 ? (
          <Empty title="There is no task yet.">
            <p>
              A task is what a model decides, such as good or scratched. The first model or import
              brings one along; so does edgeloop tasks create.
            </p>
          </Empty>
        ) : (
          all.map(({ task }) => (
            <Section key={task} title={task}>
              {children(task)}
            </Section>
          ))
        )
      }
    </Loaded>
  );
}
