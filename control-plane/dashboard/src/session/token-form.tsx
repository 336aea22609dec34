import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

interface TokenFormProps {
  readonly busy: boolean;
  readonly enter: (asked: { token: string }) => void;
}

export function TokenForm({ busy, enter }: TokenFormProps) {
  const [token, setToken] = useState('');
  return (
    <form
      class="login-form"
      onSubmit={(event) => {
        event.preventDefault();
        enter({ token: token.trim() });
      }}
    >
      <Field
        label="Token of the API"
        hint="It begins with elt_. The browser is given a session; the token is not kept in it."
        type="password"
        autoComplete="off"
        required
        value={token}
        onInput={({ currentTarget }) => setToken(currentTarget.value)}
      />
      <Button type="submit" kind="primary" busy={busy}>
        Log in
      </Button>
    </form>
  );
}
