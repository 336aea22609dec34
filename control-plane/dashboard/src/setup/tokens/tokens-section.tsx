import { useState } from 'preact/hooks';
import type { ApiToken } from '../../../../src/resources/api-token.ts';
import { useResource } from '../../api/use-resource.ts';
import { may, session } from '../../session/session-state.ts';
import { Empty } from '../../ui/empty.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { Once } from '../once.tsx';
import type { CreatedToken } from './created-token.ts';
import { TokenForm } from './token-form.tsx';
import { TokenTable } from './token-table.tsx';

/** For programs. A person makes tokens that act for them; an admin sees all. */
export function TokensSection() {
  const who = session.value;
  const mayMake = may('admin') || (who?.kind === 'person' && who.csrf !== null);
  const tokens = useResource<{ tokens: ApiToken[] }>(mayMake ? '/api/tokens' : null);
  const [made, setMade] = useState<CreatedToken | null>(null);
  if (!mayMake) {
    return (
      <Empty title="Tokens are made by people.">
        <p>You are logged in with a token. Log in with a name and a password to make others.</p>
      </Empty>
    );
  }
  return (
    <>
      <p class="setup-lead">
        {who?.kind === 'person'
          ? `A program proves with a token who it is. Those that you make act for you: what they do bears your name, they may never do more than you, and they are refused when you are disabled.`
          : 'A program proves with a token who it is.'}
      </p>
      <Section title="A new token">
        <TokenForm
          onMade={(created) => {
            setMade(created);
            tokens.reload();
          }}
        />
      </Section>
      <Section title={may('admin') ? 'Tokens' : 'Your tokens'}>
        <Loaded what="The tokens" from={tokens}>
          {({ tokens: all }) =>
            all.length === 0 ? (
              <Empty title="No token yet.">
                <p>The command line, a script, a trainer: each gets one of its own.</p>
              </Empty>
            ) : (
              <TokenTable tokens={all} onChanged={tokens.reload} />
            )
          }
        </Loaded>
      </Section>
      {made && (
        <Once
          title={`The token ${made.token.name}`}
          text={made.secret}
          label="Token"
          onClose={() => setMade(null)}
        >
          <p class="caption">
            Programs send it as Authorization: Bearer …; for the command line it goes into
            EDGELOOP_TOKEN.
          </p>
        </Once>
      )}
    </>
  );
}
