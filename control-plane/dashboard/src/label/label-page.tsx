import { useEffect } from 'preact/hooks';
import { Redirect, useLocation, useParams } from 'wouter-preact';
import type { TaskView } from '../../../src/resources/task.ts';
import { path } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { may } from '../session/session-state.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { Select } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { SendingState, SendingTrouble } from './answers/sending-state.tsx';
import { HowFar } from './how-far.tsx';
import { LabelTask } from './label-task.tsx';
import { keepLastTask, lastTask } from './last-task.ts';
import { NoTask } from './queue-empty.tsx';
import { taskToLabel } from './task-to-label.ts';
import './label-page.css';

/** One picture at a time: what is it? An address without a task leads to one. */
export function LabelPage() {
  const { task: named } = useParams<{ task?: string }>();
  const [, navigate] = useLocation();
  const { value, problem, reload } = useResource<{ tasks: TaskView[] }>('/api/tasks', {
    on: ['task.changed', 'model.registered'],
  });
  const tasks = value?.tasks ?? [];
  const task = tasks.find((one) => one.task === named);
  useEffect(() => {
    if (task) keepLastTask(task.task);
  }, [task?.task]);
  const next = named === undefined && taskToLabel(tasks, lastTask());
  if (next) return <Redirect to={path`/label/${next}`} replace />;
  return (
    <Page
      title="Label"
      actions={
        <>
          {may('labeller') && <SendingState />}
          {tasks.length > 1 && (
            <Select
              label="Task"
              hideLabel
              value={task?.task ?? ''}
              onChange={({ currentTarget }) => navigate(path`/label/${currentTarget.value}`)}
            >
              {!task && <option value="">Choose a task</option>}
              {tasks.map(({ task: name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </>
      }
    >
      {problem && !value && (
        <ErrorNote what="The tasks were not read." error={problem} retry={reload} />
      )}
      <SendingTrouble />
      {value && tasks.length === 0 && <NoTask />}
      {value && tasks.length > 0 && !task && (
        <ErrorNote
          what={`There is no task ${named}.`}
          error={{ message: `Choose one of ${tasks.map((one) => one.task).join(', ')}.` }}
        />
      )}
      {task &&
        (may('labeller') ? (
          <LabelTask key={task.task} task={task.task} classes={task.classes} onClasses={reload} />
        ) : (
          <HowFar key={task.task} task={task.task} />
        ))}
    </Page>
  );
}
