import { useState } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { TaskView } from '../../../../src/resources/task.ts';
import { useResource } from '../../api/use-resource.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { chooseTask } from './choose-task.ts';
import { NewTaskDialog } from './new-task-dialog.tsx';
import { NoSuchTask } from './no-such-task.tsx';
import { NoTask } from './no-task.tsx';
import './overview.css';
import { TaskModels } from './task-models.tsx';

/**
 * The models of a task, which the address names; the first where it names none, and none where it
 * names one that is not there.
 */
export function Overview() {
  const [query, setQuery] = useSearchParams();
  const [adding, setAdding] = useState(false);
  /** Just made here: those that are known were read before it. */
  const [made, setMade] = useState<string | null>(null);
  const { value, problem, reload } = useResource<{ readonly tasks: readonly TaskView[] }>(
    '/api/tasks',
    { on: ['alias.changed', 'model.registered', 'label.changed', 'task.changed'] },
  );
  const tasks = value?.tasks ?? [];
  const wanted = query.get('task');
  const task = chooseTask(tasks, wanted);
  const choose = (name: string) => setQuery({ task: name });
  const add = () => setAdding(true);
  const dialog = adding && (
    <NewTaskDialog
      onClose={() => setAdding(false)}
      onCreated={(name) => {
        setMade(name);
        reload();
        choose(name);
      }}
    />
  );
  if (task === 'none' || task === 'missing') {
    const missing = wanted !== null && task === 'missing' && wanted !== made;
    return (
      <Page title="Models">
        {problem && <ErrorNote what="The tasks were not read." error={problem} retry={reload} />}
        {value && task === 'none' && <NoTask onAdd={add} />}
        {missing && <NoSuchTask wanted={wanted} tasks={tasks.map((each) => each.task)} />}
        {dialog}
      </Page>
    );
  }
  return (
    <>
      <TaskModels
        key={task.task}
        task={task}
        chooser={
          <>
            {tasks.length > 1 && (
              <Select
                label="Task"
                hideLabel
                value={task.task}
                onChange={(event) => choose(event.currentTarget.value)}
              >
                {tasks.map((each) => (
                  <option key={each.task} value={each.task}>
                    {each.task}
                  </option>
                ))}
              </Select>
            )}
            {may('operator') && (
              <Button kind="quiet" onClick={add}>
                New task…
              </Button>
            )}
          </>
        }
      />
      {dialog}
    </>
  );
}
