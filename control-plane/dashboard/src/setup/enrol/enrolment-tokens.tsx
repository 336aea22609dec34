import { useState } from 'preact/hooks';
import type { EnrolmentToken } from '../../../../src/resources/enrolment-token.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import type { Resource } from '../../api/use-resource.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { now } from '../../ui/clock.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { dateTime } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { Loaded } from '../loaded.tsx';
import { tokenState } from '../token-state.ts';
import { WideTable } from '../wide-table.tsx';

const COLUMNS = ['Name', 'Site', 'Devices', 'Used', 'State', 'Made', 'Expires', ''];

/** Newest first. */
export function EnrolmentTokens({ from }: { from: Resource<{ tokens: EnrolmentToken[] }> }) {
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  return (
    <Loaded what="The tokens" from={from}>
      {({ tokens }) => (
        <>
          {tokens.length === 0 ? (
            <Empty title="No token was made yet.">
              <p>Each device comes in with one: make a command above, and paste it there.</p>
            </Empty>
          ) : (
            <WideTable label="Enrolment tokens" columns={COLUMNS}>
              {tokens.toReversed().map((token) => {
                const { kind, text } = tokenState(token, now.value);
                return (
                  <tr key={token.id}>
                    <td>{token.name}</td>
                    <td>{token.site}</td>
                    <td>{token.devices ?? 'any'}</td>
                    <td>{`${token.used} of ${token.uses}`}</td>
                    <td>
                      <State kind={kind}>{text}</State>
                    </td>
                    <td>
                      <Ago at={token.createdAt} /> by {token.createdBy}
                    </td>
                    <td>{dateTime(token.expiresAt)}</td>
                    <td>
                      <div class="setup-actions">
                        {kind === 'good' && (
                          <Button kind="danger" onClick={() => setRevoking(token)}>
                            Revoke
                          </Button>
                        )}
                      </div>
                    </td>
                  </tr>
                );
              })}
            </WideTable>
          )}
          {revoking && (
            <Confirm
              title={`Revoke ${revoking.name}?`}
              verb="Revoke"
              onConfirm={async () => {
                await api.delete(path`/api/enrolment-tokens/${revoking.id}`);
                from.reload();
              }}
              onClose={() => setRevoking(null)}
            >
              <p>{`No further device enrols with it. The ${revoking.used} that did stay enrolled.`}</p>
            </Confirm>
          )}
        </>
      )}
    </Loaded>
  );
}
