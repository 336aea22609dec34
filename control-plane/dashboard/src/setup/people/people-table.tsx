import { useState } from 'preact/hooks';
import type { InvitedPerson, Person } from '../../../../src/resources/person.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { session } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { MadeCell } from '../made-cell.tsx';
import { WideTable } from '../wide-table.tsx';
import { type Change, PersonChange } from './person-change.tsx';

interface PeopleTableProps {
  readonly people: readonly Person[];
  readonly onChanged: () => void;
  readonly onInvited: (invited: InvitedPerson) => void;
}

const COLUMNS = ['Name', 'Role', 'State', 'Seen', 'Invited', ''];

export function PeopleTable({ people, onChanged, onInvited }: PeopleTableProps) {
  const [change, setChange] = useState<Change | null>(null);
  return (
    <>
      <WideTable label="People" columns={COLUMNS}>
        {people.map((person) => {
          const open = (kind: Change['kind']) => () => setChange({ kind, person });
          return (
            <tr key={person.name}>
              <td class="strong">{person.name}</td>
              <td>{person.role}</td>
              <td>
                <PersonState person={person} />
              </td>
              <td>{person.seenAt ? <Ago at={person.seenAt} /> : 'not logged in'}</td>
              <MadeCell made={person} />
              <td>
                <div class="setup-actions">
                  {session.value?.who === `person:${person.name}` ? (
                    <span class="caption">you: another admin changes what you may do</span>
                  ) : person.disabledAt ? (
                    <Button onClick={open('enable')}>Let in again</Button>
                  ) : (
                    <>
                      <Button onClick={open('role')}>Role</Button>
                      <Button onClick={open('invite')}>New password</Button>
                      <Button kind="danger" onClick={open('disable')}>
                        Disable
                      </Button>
                    </>
                  )}
                </div>
              </td>
            </tr>
          );
        })}
      </WideTable>
      {change && (
        <PersonChange
          {...change}
          onDone={onChanged}
          onInvite={async () => {
            const { name } = change.person;
            onInvited(await api.post<InvitedPerson>(path`/api/people/${name}/invitation`));
          }}
          onClose={() => setChange(null)}
        />
      )}
    </>
  );
}

function PersonState({ person: { disabledAt, passwordAt, sessions } }: { person: Person }) {
  if (disabledAt) return <State kind="idle">disabled</State>;
  if (!passwordAt) return <State kind="active">invited</State>;
  const where = sessions === 0 ? 'may log in' : `logged in, ${plural(sessions, 'browser')}`;
  return <State kind="good">{where}</State>;
}
