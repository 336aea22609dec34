import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';

/** What models are trained for: a name and the classes to begin with. */
export function NewTaskDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (task: string) => void;
}) {
  const [task, setTask] = useState('');
  const [classes, setClasses] = useState('');
  const { busy, error, run } = useAction();
  const create = async (event: Event) => {
    event.preventDefault();
    const names = classes
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    if (!(await run(() => api.post('/api/tasks', { task, classes: names })))) return;
    onCreated(task);
    onClose();
  };
  return (
    <Dialog title="New task" busy={busy} onClose={onClose}>
      <form class="dialog-form" onSubmit={create}>
        <Field
          label="Name"
          hint="Lower case letters, digits and dashes: parts, doors. It stays."
          value={task}
          required
          autoComplete="off"
          spellcheck={false}
          onInput={(event) => setTask(event.currentTarget.value)}
        />
        <Field
          label="Classes"
          hint="With commas between: good, scratch, empty. More can be added while labelling."
          value={classes}
          autoComplete="off"
          onInput={(event) => setClasses(event.currentTarget.value)}
        />
        {error && <ErrorNote what="The task was not made." error={error} />}
        <div class="dialog-actions">
          <Button off={busy} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" busy={busy}>
            Make the task
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
