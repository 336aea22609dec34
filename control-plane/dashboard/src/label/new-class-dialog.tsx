import { useState } from 'preact/hooks';
import type { ClassList } from '../../../src/resources/label.ts';
import { api } from '../api/client.ts';
import { path } from '../api/path.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Field } from '../ui/field.tsx';

interface NewClassDialogProps {
  readonly task: string;
  /** Whether there is a picture that can be labelled with it at once. */
  readonly hasPicture: boolean;
  /** @param answer label the picture that is seen */
  readonly onAdded: (name: string, answer: boolean) => void;
  readonly onClose: () => void;
}

/** A class that the task did not have, most often since the picture before one shows it. */
export function NewClassDialog({ task, hasPicture, onAdded, onClose }: NewClassDialogProps) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const add = async (event: Event) => {
    event.preventDefault();
    const wanted = name.trim();
    if (busy || wanted === '') return;
    setBusy(true);
    try {
      await api.post<ClassList>(path`/api/tasks/${task}/classes`, { class: wanted });
      onAdded(wanted, hasPicture);
      onClose();
    } catch (problem) {
      setError(problem as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`New class of ${task}`} busy={busy} onClose={onClose}>
      <form class="dialog-form" onSubmit={add}>
        <Field
          label="Name"
          hint="The next dataset has it. Classes are only ever added: pictures can change theirs, a class stays."
          value={name}
          maxLength={100}
          autoComplete="off"
          autoFocus
          required
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {error && <ErrorNote what="The class was not added." error={error} />}
        <div class="dialog-actions">
          <Button off={busy} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === ''}>
            {hasPicture ? 'Add and label this picture so' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
