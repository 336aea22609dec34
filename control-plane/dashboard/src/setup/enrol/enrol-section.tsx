import { useState } from 'preact/hooks';
import type { EnrolmentToken } from '../../../../src/resources/enrolment-token.ts';
import { useResource } from '../../api/use-resource.ts';
import { Section } from '../../ui/page.tsx';
import { EnrolForm, type Made } from './enrol-form.tsx';
import { Enrolment } from './enrolment.tsx';
import { EnrolmentTokens } from './enrolment-tokens.tsx';

export function EnrolSection() {
  const [made, setMade] = useState<Made | null>(null);
  const tokens = useResource<{ tokens: EnrolmentToken[] }>('/api/enrolment-tokens', {
    on: ['device.enrolled'],
  });
  const token = tokens.value?.tokens.find(({ id }) => id === made?.token.id);
  return (
    <>
      <p class="setup-lead">
        A device comes in with a token, makes a key that never leaves it, and gets a password of its
        own. A token that is used up lets nobody in.
      </p>
      <Section title={made ? `A device for ${made.token.site}` : 'A command for the device'}>
        {made ? (
          <Enrolment
            key={made.token.id}
            made={made}
            used={token?.used ?? 0}
            onAgain={() => setMade(null)}
          />
        ) : (
          <EnrolForm
            onMade={(done) => {
              setMade(done);
              tokens.reload();
            }}
          />
        )}
      </Section>
      <Section title="Enrolment tokens">
        <EnrolmentTokens from={tokens} />
      </Section>
    </>
  );
}
