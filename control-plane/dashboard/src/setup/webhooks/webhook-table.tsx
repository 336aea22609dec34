import { useState } from 'preact/hooks';
import type { Webhook } from '../../../../src/resources/webhook.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { count, plural } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { WideTable } from '../wide-table.tsx';

interface WebhookTableProps {
  readonly webhooks: readonly Webhook[];
  readonly onChanged: () => void;
}

const COLUMNS = ['URL', 'Events', 'Waiting', 'Given up', 'Last answer', 'Made', ''];

export function WebhookTable({ webhooks, onChanged }: WebhookTableProps) {
  const [removing, setRemoving] = useState<Webhook | null>(null);
  return (
    <>
      <WideTable label="Webhooks" columns={COLUMNS}>
        {webhooks.map((webhook) => (
          <tr key={webhook.id}>
            <td>{webhook.url}</td>
            <td>{[...webhook.kinds, ...Object.values(webhook.subject)].join(', ')}</td>
            <td>{count(webhook.waiting)}</td>
            <td>
              {webhook.givenUp === 0 ? '0' : <State kind="bad">{count(webhook.givenUp)}</State>}
            </td>
            <td>{webhook.lastAnswer ?? 'nothing was sent yet'}</td>
            <td>
              <Ago at={webhook.createdAt} />
            </td>
            <td>
              <div class="setup-actions">
                <Button kind="danger" onClick={() => setRemoving(webhook)}>
                  Remove
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </WideTable>
      {removing && (
        <Confirm
          title="Remove this webhook?"
          verb="Remove"
          onConfirm={async () => {
            await api.delete(path`/api/webhooks/${removing.id}`);
            onChanged();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{`${removing.url} is told nothing more, not even the ${plural(removing.waiting, 'event that waits', 'events that wait')}.`}</p>
        </Confirm>
      )}
    </>
  );
}
