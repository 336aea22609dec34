import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { expiry, Lifetime } from '../lifetime.tsx';
import { type RoleName, RoleSelect } from '../role-select.tsx';
import type { CreatedToken } from './created-token.ts';

/** No more than oneself may: a trainer's takes an operator. */
function choices(): readonly RoleName[] {
  const rungs = (['viewer', 'labeller', 'operator', 'admin'] as const).filter(may);
  return may('operator') ? [...rungs, 'trainer'] : rungs;
}

export function TokenForm({ onMade }: { onMade: (made: CreatedToken) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<RoleName>('viewer');
  const [days, setDays] = useState(365);
  const { busy, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = { name, role, expiresAt: expiry(days, Date.now()) };
      onMade(await api.post<CreatedToken>('/api/tokens', asked));
      setName('');
    });
  };
  return (
    <form class="setup-form" onSubmit={make}>
      <Field
        label="Name"
        hint="What uses it: wall display"
        required
        maxLength={100}
        autoComplete="off"
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <RoleSelect value={role} choices={choices()} onChange={setRole} />
      <Lifetime label="Expires" days={days} choices={[1, 30, 365, 0]} onChange={setDays} />
      <FormEnd failed="No token was made." error={error}>
        <Button type="submit" kind="primary" busy={busy}>
          Make a token
        </Button>
      </FormEnd>
    </form>
  );
}
