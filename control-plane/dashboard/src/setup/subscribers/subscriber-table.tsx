import { useState } from 'preact/hooks';
import type { Subscriber, SubscriberWithPassword } from '../../../../src/resources/subscriber.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { MadeCell } from '../made-cell.tsx';
import { WideTable } from '../wide-table.tsx';

interface SubscriberTableProps {
  readonly subscribers: readonly Subscriber[];
  readonly onChanged: () => void;
  readonly onRenewed: (told: SubscriberWithPassword) => void;
}

interface Change {
  readonly kind: 'renew' | 'remove';
  readonly name: string;
}

const COLUMNS = ['Name', 'Sites', 'Devices', 'Password', 'Made', ''];

export function SubscriberTable({ subscribers, onChanged, onRenewed }: SubscriberTableProps) {
  const [change, setChange] = useState<Change | null>(null);
  const close = () => setChange(null);
  return (
    <>
      <WideTable label="Subscribers" columns={COLUMNS}>
        {subscribers.map(({ name, sites, devices, passwordAt, ...made }) => (
          <tr key={name}>
            <td class="strong">{name}</td>
            <td>{sites.join(', ') || '–'}</td>
            <td>{devices.join(', ') || '–'}</td>
            <td>
              <Ago at={passwordAt} />
            </td>
            <MadeCell made={made} />
            <td>
              <div class="setup-actions">
                <Button onClick={() => setChange({ kind: 'renew', name })}>New password</Button>
                <Button kind="danger" onClick={() => setChange({ kind: 'remove', name })}>
                  Remove
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </WideTable>
      {change?.kind === 'renew' && (
        <Confirm
          title={`A new password for ${change.name}?`}
          verb="New password"
          onConfirm={async () => {
            const renewing = api.post<SubscriberWithPassword>(
              path`/api/subscribers/${change.name}/credential`,
            );
            onRenewed(await renewing);
          }}
          onClose={close}
        >
          <p>
            {`The password from before is worth nothing at once: ${change.name} hears nothing until it has the new one.`}
          </p>
        </Confirm>
      )}
      {change?.kind === 'remove' && (
        <Confirm
          title={`Remove ${change.name}?`}
          verb="Remove"
          onConfirm={async () => {
            await api.delete(path`/api/subscribers/${change.name}`);
            onChanged();
          }}
          onClose={close}
        >
          <p>{`${change.name} is cut off, and hears nothing any more. Its name is free again.`}</p>
        </Confirm>
      )}
    </>
  );
}
