import { useState } from 'preact/hooks';
import type { ApiToken } from '../../../../src/resources/api-token.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { now } from '../../ui/clock.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { dateTime } from '../../ui/format.ts';
import { MadeCell } from '../made-cell.tsx';
import { RevokeCell, TokenStateCell } from '../token-cells.tsx';
import { tokenState } from '../token-state.ts';
import { WideTable } from '../wide-table.tsx';

interface TokenTableProps {
  readonly tokens: readonly ApiToken[];
  readonly onChanged: () => void;
}

const COLUMNS = ['Name', 'Role', 'Acts for', 'State', 'Last used', 'Made', 'Expires', ''];

/** Newest first; revoked ones stay: the audit log names them. */
export function TokenTable({ tokens, onChanged }: TokenTableProps) {
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  return (
    <>
      <WideTable label="Tokens" columns={COLUMNS}>
        {tokens.toReversed().map((token) => (
          <tr
            key={token.id}
            class={tokenState(token, now.value).kind === 'good' ? '' : 'setup-soft'}
          >
            <td class="strong">{token.name}</td>
            <td>{token.role}</td>
            <td>{token.person ?? 'nobody'}</td>
            <TokenStateCell token={token} />
            <td>
              <Ago at={token.lastUsedAt} />
            </td>
            <MadeCell made={token} />
            <td>{token.expiresAt ? dateTime(token.expiresAt) : 'never'}</td>
            <RevokeCell token={token} onRevoke={() => setRevoking(token)} />
          </tr>
        ))}
      </WideTable>
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          verb="Revoke"
          onConfirm={async () => {
            await api.delete(path`/api/tokens/${revoking.id}`);
            onChanged();
          }}
          onClose={() => setRevoking(null)}
        >
          <p>
            {`Whatever uses it is refused from the next request on, and browsers that were logged in with it are logged out. It was used last `}
            <Ago at={revoking.lastUsedAt} />.
          </p>
        </Confirm>
      )}
    </>
  );
}
