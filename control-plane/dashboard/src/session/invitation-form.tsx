import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { NewPasswordFields, type TypedTwice } from './new-password-fields.tsx';

interface InvitationFormProps {
  readonly busy: boolean;
  readonly enter: (password: string) => void;
}

/** The first password of a person, or another in place of a forgotten one. */
export function InvitationForm({ busy, enter }: InvitationFormProps) {
  const [typed, setTyped] = useState<TypedTwice>({ password: '', again: '' });
  const same = typed.password === typed.again;
  return (
    <form
      class="login-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (same) enter(typed.password);
      }}
    >
      <NewPasswordFields typed={typed} onChange={setTyped} />
      <Button type="submit" kind="primary" busy={busy} disabled={!same}>
        Save and log in
      </Button>
    </form>
  );
}
