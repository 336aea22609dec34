import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Field } from '../ui/field.tsx';
import { toast } from '../ui/toasts.tsx';
import { useAction } from '../ui/use-action.ts';
import { NewPasswordFields, type TypedTwice } from './new-password-fields.tsx';
import { session } from './session-state.ts';

export function ChangePassword({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState<TypedTwice>({ password: '', again: '' });
  const { busy, error, run } = useAction();
  const same = typed.password === typed.again;
  const change = async (event: Event) => {
    event.preventDefault();
    const body = { password, newPassword: typed.password };
    if (!same || !(await run(() => api.put('/api/session/password', body)))) return;
    toast('Your password is changed. Your other browsers were logged out.');
    onClose();
  };
  return (
    <Dialog title="Change your password" busy={busy} onClose={onClose}>
      <form class="dialog-form" onSubmit={change}>
        <p>Every other browser in which you are logged in will be logged out. Tokens stay.</p>
        <input
          class="visually-hidden"
          autoComplete="username"
          value={session.value?.name}
          tabIndex={-1}
          aria-hidden="true"
          readOnly
        />
        <Field
          label="Password as it is now"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onInput={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <NewPasswordFields typed={typed} onChange={setTyped} />
        {error && <ErrorNote what="The password stays as it was." error={error} />}
        <div class="dialog-actions">
          <Button off={busy} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!same}>
            Change password
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
