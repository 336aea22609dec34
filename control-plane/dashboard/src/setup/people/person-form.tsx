import { useState } from 'preact/hooks';
import type { InvitedPerson, Person } from '../../../../src/resources/person.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { PERSON } from '../patterns.ts';
import { RoleSelect } from '../role-select.tsx';

const ROLES = ['viewer', 'labeller', 'operator', 'admin'] as const;

export function PersonForm({ onInvited }: { onInvited: (made: InvitedPerson) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Person['role']>('labeller');
  const { busy, error, run } = useAction();
  const invite = async (event: Event) => {
    event.preventDefault();
    await run(async () => {
      onInvited(await api.post<InvitedPerson>('/api/people', { name, role }));
      setName('');
    });
  };
  return (
    <form class="setup-form" onSubmit={invite}>
      <Field
        label="Name"
        hint="As it stands beside what they do: anna"
        required
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        {...PERSON}
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <RoleSelect value={role} choices={ROLES} onChange={setRole} />
      <FormEnd failed="Nobody was invited." error={error}>
        <Button type="submit" kind="primary" busy={busy}>
          Invite
        </Button>
        <span class="caption">Gives an address to send to them. A name is never given again.</span>
      </FormEnd>
    </form>
  );
}
