import { useState } from 'preact/hooks';
import type { ApiToken } from '../../../../src/resources/api-token.ts';
import type { InvitedPerson, Person } from '../../../../src/resources/person.ts';
import { useResource } from '../../api/use-resource.ts';
import { Empty } from '../../ui/empty.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { FirstToken } from './first-token.tsx';
import { Invitation } from './invitation.tsx';
import { PeopleTable } from './people-table.tsx';
import { PersonForm } from './person-form.tsx';

export function PeopleSection() {
  const people = useResource<{ people: Person[] }>('/api/people');
  const tokens = useResource<{ tokens: ApiToken[] }>('/api/tokens');
  const [invited, setInvited] = useState<InvitedPerson | null>(null);
  const changed = () => people.reload();
  return (
    <>
      <p class="setup-lead">
        Each person logs in by a name and a password of their own, which nobody else learns. What
        they label, approve and change bears their name.
      </p>
      <Section title="Invite a person">
        <PersonForm
          onInvited={(made) => {
            setInvited(made);
            changed();
          }}
        />
      </Section>
      <Section title="People">
        <Loaded what="The people" from={people}>
          {({ people: all }) => (
            <>
              <FirstToken people={all} tokens={tokens} />
              {all.length === 0 ? (
                <Empty title="Nobody has a name here yet.">
                  <p>
                    Whoever has a token can do what the token may, and nobody knows who it was.
                    Invite the first person above: yourself, as an admin.
                  </p>
                </Empty>
              ) : (
                <PeopleTable people={all} onChanged={changed} onInvited={setInvited} />
              )}
            </>
          )}
        </Loaded>
      </Section>
      {invited && <Invitation invited={invited} onClose={() => setInvited(null)} />}
    </>
  );
}
