import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

interface PasswordFormProps {
  readonly busy: boolean;
  readonly enter: (asked: { name: string; password: string }) => void;
}

export function PasswordForm({ busy, enter }: PasswordFormProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form
      class="login-form"
      onSubmit={(event) => {
        event.preventDefault();
        enter({ name: name.trim().toLowerCase(), password });
      }}
    >
      <Field
        label="Name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellcheck={false}
        required
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onInput={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button type="submit" kind="primary" busy={busy}>
        Log in
      </Button>
    </form>
  );
}
