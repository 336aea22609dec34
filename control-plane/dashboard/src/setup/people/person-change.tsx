import { useState } from 'preact/hooks';
import type { Person } from '../../../../src/resources/person.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { plural } from '../../ui/format.ts';
import { RoleSelect } from '../role-select.tsx';

export interface Change {
  readonly kind: 'role' | 'disable' | 'enable' | 'invite';
  readonly person: Person;
}

interface PersonChangeProps extends Change {
  readonly onDone: () => void;
  readonly onInvite: () => Promise<void>;
  readonly onClose: () => void;
}

const ROLES = ['viewer', 'labeller', 'operator', 'admin'] as const;

/** Says what a change will do, before it does it. */
export function PersonChange({ kind, person, onDone, onInvite, onClose }: PersonChangeProps) {
  const { name, sessions } = person;
  const [role, setRole] = useState<Person['role']>(person.role);
  const patch = async (body: object) => {
    await api.patch(path`/api/people/${name}`, body);
    onDone();
  };
  switch (kind) {
    case 'role':
      return (
        <Confirm
          title={`Another role for ${name}`}
          verb="Change role"
          danger={false}
          onConfirm={() => patch({ role })}
          onClose={onClose}
        >
          <RoleSelect value={role} choices={ROLES} onChange={setRole} />
          <p>It counts from the next request on, also for tokens that act for {name}.</p>
        </Confirm>
      );
    case 'disable':
      return (
        <Confirm
          title={`Disable ${name}?`}
          verb="Disable"
          onConfirm={() => patch({ disabled: true })}
          onClose={onClose}
        >
          <p>{`${name} is logged out of ${plural(sessions, 'browser')} and can't log in. Tokens that act for ${name} are refused. What ${name} did keeps the name.`}</p>
        </Confirm>
      );
    case 'enable':
      return (
        <Confirm
          title={`Let ${name} in again?`}
          verb="Let in"
          danger={false}
          onConfirm={() => patch({ disabled: false })}
          onClose={onClose}
        >
          <p>{`The password from before counts again, and so do tokens that act for ${name}.`}</p>
        </Confirm>
      );
    case 'invite':
      return (
        <Confirm
          title={`A new password for ${name}?`}
          verb="Make an invitation"
          danger={false}
          onConfirm={onInvite}
          onClose={onClose}
        >
          <p>{`You get an address to send to ${name}. The password from before counts until ${name} has chosen another; then every browser is logged out.`}</p>
        </Confirm>
      );
  }
}
