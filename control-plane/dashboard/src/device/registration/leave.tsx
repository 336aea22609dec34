import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { Decommissioned, Registration } from '../../../../src/resources/registration.ts';
import { api } from '../../api/client.ts';
import { path, withQuery } from '../../api/path.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { plural } from '../../ui/format.ts';
import { toast } from '../../ui/toasts.tsx';

interface LeaveProps {
  readonly device: string;
  /** Null: it never enrolled. */
  readonly registration: Registration | null;
  readonly onChanged: () => void;
}

/** What takes a device its rights, or removes it: each says what will happen, and is typed. */
export function Leave({ device, registration, onChanged }: LeaveProps) {
  const [asked, setAsked] = useState<'revoke' | 'remove' | null>(null);
  const [pictures, setPictures] = useState(false);
  const [, navigate] = useLocation();
  const close = () => setAsked(null);
  const revoke = async () => {
    await api.post(path`/api/devices/${device}/revoke`);
    toast(`${device} is cut off: its credential is revoked.`);
    onChanged();
  };
  const remove = async () => {
    const address = withQuery(path`/api/devices/${device}`, { pictures: pictures || null });
    const { detections } = await api.delete<Decommissioned>(address);
    toast(`${device} is removed, with ${plural(detections, 'result')}.`);
    navigate('/');
  };
  return (
    <div class="device-leave">
      {registration && registration.revokedAt === null && (
        <Button kind="danger" onClick={() => setAsked('revoke')}>
          Revoke its credential
        </Button>
      )}
      <Button kind="danger" onClick={() => setAsked('remove')}>
        Remove the device
      </Button>
      {asked === 'revoke' && (
        <Confirm
          title={`Revoke the credential of ${device}?`}
          verb="Revoke it"
          typed={device}
          onConfirm={revoke}
          onClose={close}
        >
          <p>
            This one device is cut off at once, and what it says from then on is ignored. What it
            has said is kept. It comes back only by enrolling again, with a token that may replace.
          </p>
        </Confirm>
      )}
      {asked === 'remove' && (
        <Confirm
          title={`Remove ${device}?`}
          verb="Remove it"
          typed={device}
          onConfirm={remove}
          onClose={close}
        >
          <p>
            This one device is removed for good: its registration, its state and every result that
            it ever stored. To keep the results, revoke its credential instead.
          </p>
          <label class="device-check">
            <input
              type="checkbox"
              checked={pictures}
              onChange={(event) => setPictures(event.currentTarget.checked)}
            />
            Remove its pictures, too, also from datasets
          </label>
        </Confirm>
      )}
    </div>
  );
}
