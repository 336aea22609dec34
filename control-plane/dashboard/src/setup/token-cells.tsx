import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { State } from '../ui/state.tsx';
import { type Token, tokenState } from './token-state.ts';

/** Whether it still counts, and why not. */
export function TokenStateCell({ token }: { token: Token }) {
  const { kind, text } = tokenState(token, now.value);
  return (
    <td>
      <State kind={kind}>{text}</State>
    </td>
  );
}

/** The button of a token that still counts. */
export function RevokeCell({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  return (
    <td>
      <div class="setup-actions">
        {tokenState(token, now.value).kind === 'good' && (
          <Button kind="danger" onClick={onRevoke}>
            Revoke
          </Button>
        )}
      </div>
    </td>
  );
}
