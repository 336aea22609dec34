import { useState } from 'preact/hooks';
import type { EnrolmentToken } from '../../../../src/resources/enrolment-token.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import type { Resource } from '../../api/use-resource.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { dateTime } from '../../ui/format.ts';
import { Loaded } from '../loaded.tsx';
import { MadeCell } from '../made-cell.tsx';
import { RevokeCell, TokenStateCell } from '../token-cells.tsx';
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
              {tokens.toReversed().map((token) => (
                <tr key={token.id}>
                  <td>{token.name}</td>
                  <td>{token.site}</td>
                  <td>{token.devices ?? 'any'}</td>
                  <td>{`${token.used} of ${token.uses}`}</td>
                  <TokenStateCell token={token} />
                  <MadeCell made={token} />
                  <td>{dateTime(token.expiresAt)}</td>
                  <RevokeCell token={token} onRevoke={() => setRevoking(token)} />
                </tr>
              ))}
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
