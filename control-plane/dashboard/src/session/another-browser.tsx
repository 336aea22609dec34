import { useEffect, useState } from 'preact/hooks';
import type { LoginLink } from '../../../src/resources/session.ts';
import { api } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { QrCode } from '../ui/qr-code.tsx';

/** An address that logs another browser in as oneself: a phone reads it off the screen. */
export function AnotherBrowser({ onClose }: { onClose: () => void }) {
  const [link, setLink] = useState<LoginLink | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    api.post<LoginLink>('/api/session/link').then(setLink, setError);
  }, []);
  const url = link && `${location.origin}${link.path}`;
  return (
    <Dialog title="Log in elsewhere" onClose={onClose}>
      <div class="dialog-form">
        <p>
          Whoever opens this address within a quarter of an hour is logged in as you, once. Show it
          to nobody else. It ends when you log out here.
        </p>
        {url && (
          <>
            <QrCode text={url} label="The address, for a camera" />
            <Copy text={url} label="Address that logs in" />
          </>
        )}
        {error && <ErrorNote what="No address was made." error={error} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}
