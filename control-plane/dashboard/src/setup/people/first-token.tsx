import { useState } from 'preact/hooks';
import type { ApiToken } from '../../../../src/resources/api-token.ts';
import type { Person } from '../../../../src/resources/person.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import type { Resource } from '../../api/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Note } from '../../ui/note.tsx';

interface FirstTokenProps {
  readonly people: readonly Person[];
  readonly tokens: Resource<{ tokens: ApiToken[] }>;
}

/**
 * Once a person may do everything, the token that the control plane made for itself is only
 * something to be found.
 */
export function FirstToken({ people, tokens }: FirstTokenProps) {
  const [asks, setAsks] = useState(false);
  const first = tokens.value?.tokens.find(
    ({ name, createdBy, revokedAt }) =>
      name === 'first' && createdBy === 'the control plane' && revokedAt === null,
  );
  const admin = people.find(
    ({ role, disabledAt, passwordAt }) => role === 'admin' && !disabledAt && passwordAt,
  );
  if (!first || !admin) return null;
  return (
    <>
      <Note
        kind="warn"
        action={
          <Button kind="danger" onClick={() => setAsks(true)}>
            Revoke it
          </Button>
        }
      >
        <p>
          {`${admin.name} may do everything now. The token of the file admin-token still may, too, and bears nobody's name.`}
        </p>
      </Note>
      {asks && (
        <Confirm
          title="Revoke the first token?"
          verb="Revoke"
          onConfirm={async () => {
            await api.delete(path`/api/tokens/${first.id}`);
            tokens.reload();
          }}
          onClose={() => setAsks(false)}
        >
          <p>
            Programs that use it, and browsers that were logged in with it, are refused from then
            on, npm start among them. Whoever has the data folder can make another with
            edgeloop-control-plane token.
          </p>
        </Confirm>
      )}
    </>
  );
}
