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
import { enrolledWith, whoEnrolled } from './who-enrolled.ts';

interface EnrolmentProps {
  readonly made: Made;
  /** How many devices have enrolled with it, as far as that was read. */
  readonly used: number;
  readonly onAgain: () => void;
}

/** The command of a token that was made just now, and who has come in since. */
export function Enrolment({ made, used, onAgain }: EnrolmentProps) {
  const { token, secret, device } = made;
  const [server, setServer] = useState(location.origin);
  const [heard, setHeard] = useState<readonly string[]>([]);
  const command = enrolCommand({ server, secret, device });

  useEffect(
    () =>
      listen(['device.enrolled'], (event) => {
        const who = enrolledWith(event, token.id);
        if (who === null) return;
        setHeard((known) => [...known.filter((one) => one !== who), who]);
      }),
    [token.id],
  );

  const { names, unnamed } = whoEnrolled({ used, device, heard });
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
          {names.map((name) => (
            <p key={name}>
              <State kind="good">
                <Link href={`/devices/${name}`}>{name}</Link> is enrolled
              </State>
            </p>
          ))}
          {unnamed > 0 && (
            <p>
              <State kind="good">
                {unnamed === 1
                  ? `${names.length > 0 ? 'Another' : 'A'} device is enrolled`
                  : `${unnamed} ${names.length > 0 ? 'more ' : ''}devices are enrolled`}
              </State>
            </p>
          )}
          {used < token.uses && (
            <State kind="active">
              {token.uses === 1
                ? 'Waiting for the device'
                : `Waiting: ${used} of ${token.uses} devices ${used === 1 ? 'is' : 'are'} enrolled`}
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
