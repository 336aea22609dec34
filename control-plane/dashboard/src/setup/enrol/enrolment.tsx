import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { listen } from '../../api/live.ts';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Field } from '../../ui/field.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { State } from '../../ui/state.tsx';
import { enrolCommand, isLoopback } from './enrol-command.ts';
import type { Made } from './enrol-form.tsx';
import './enrolment.css';

interface EnrolmentProps {
  readonly made: Made;
  readonly onAgain: () => void;
}

/** The command of a token that was made just now, and who has come in since. */
export function Enrolment({ made, onAgain }: EnrolmentProps) {
  const { token, secret, device } = made;
  const [server, setServer] = useState(location.origin);
  const [enrolled, setEnrolled] = useState<readonly string[]>([]);
  const command = enrolCommand({ server, secret, device });

  useEffect(
    () =>
      listen(['device.enrolled'], ({ subject }) => {
        const { device: who, site } = subject;
        if (who === undefined || site !== token.site || (device !== '' && who !== device)) return;
        setEnrolled((known) => [...known.filter((one) => one !== who), who]);
      }),
    [token.site, device],
  );

  const isDone = enrolled.length >= token.uses;
  return (
    <div class="enrolment">
      <div class="enrolment-steps">
        <Field
          label="Where the device finds this control plane"
          type="url"
          value={server}
          hint={
            isLoopback(server)
              ? 'Only this machine is at that address. For a device elsewhere, start the control plane with --host, and put its address here.'
              : null
          }
          onInput={({ currentTarget }) => setServer(currentTarget.value)}
        />
        <div>
          <p class="strong">Paste this on the device</p>
          <Copy text={command} label="Command to paste on the device" />
          <p class="caption">
            {`The token in it is shown once. It counts for ${token.uses === 1 ? 'one device' : `${token.uses} devices`} of ${token.site}.`}
          </p>
        </div>
        <div class="enrolment-live" role="status">
          {enrolled.map((name) => (
            <p key={name}>
              <State kind="good">
                <Link href={`/devices/${name}`}>{name}</Link> is enrolled
              </State>
            </p>
          ))}
          {!isDone && (
            <State kind="active">
              {token.uses === 1
                ? 'Waiting for the device'
                : `Waiting: ${enrolled.length} of ${token.uses} devices are enrolled`}
            </State>
          )}
        </div>
        <div>
          <Button onClick={onAgain}>Another device</Button>
        </div>
      </div>
      <QrCode text={command} label="The command, for a camera" />
    </div>
  );
}
