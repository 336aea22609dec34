import type { InvitedPerson } from '../../../../src/resources/person.ts';
import { dateTime } from '../../ui/format.ts';
import { QrCode } from '../../ui/qr-code.tsx';
import { Once } from '../once.tsx';

interface InvitationProps {
  readonly invited: InvitedPerson;
  readonly onClose: () => void;
}

/** The address by which a person chooses a password. */
export function Invitation({ invited: { person, invitation }, onClose }: InvitationProps) {
  const url = `${location.origin}${invitation.path}`;
  return (
    <Once
      title={`An invitation for ${person.name}`}
      text={url}
      label="Address of the invitation"
      onClose={onClose}
    >
      <QrCode text={url} label="The address, for a camera" />
      <p class="caption">
        {`Whoever opens it chooses the password of ${person.name}, once, until ${dateTime(invitation.expiresAt)}. Send it in a way that reaches them alone.`}
      </p>
    </Once>
  );
}
