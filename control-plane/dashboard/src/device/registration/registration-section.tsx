import { useState } from 'preact/hooks';
import type { Registration } from '../../../../src/resources/registration.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { may } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { dateTime } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { EditRegistration } from './edit-registration.tsx';
import { Leave } from './leave.tsx';
import './registration-section.css';

/**
 * What the device is to the fleet: where it is, how it is found, what it may; and how it leaves.
 */
export function RegistrationSection({ device }: { device: string }) {
  const registration = useResource<Registration | null>(
    withQuery(path`/api/devices/${device}/registration`, { orNone: true }),
    { on: ['device.enrolled', 'device.revoked'], device },
  );
  const [editing, setEditing] = useState(false);
  const { value, problem, etag, reload } = registration;
  const operates = may('operator');
  return (
    <Section
      title="Registration"
      actions={
        value && !editing && operates && <Button onClick={() => setEditing(true)}>Edit</Button>
      }
    >
      {value === null && (
        <Empty title="It has never enrolled.">
          <p>
            It is let in without a name, since the control plane runs with --allow-anonymous: it has
            no tags, no attributes and no credential that could be revoked.
          </p>
        </Empty>
      )}
      {problem && (
        <ErrorNote what="The registration was not read." error={problem} retry={reload} />
      )}
      {value && editing && (
        <EditRegistration
          registration={value}
          etag={etag}
          onDone={() => {
            setEditing(false);
            reload();
          }}
          onReload={reload}
          onClose={() => setEditing(false)}
        />
      )}
      {value && !editing && <Told registration={value} />}
      {operates && <Leave device={device} registration={value ?? null} onChanged={reload} />}
    </Section>
  );
}

function Told({ registration }: { registration: Registration }) {
  const { site, tags, attributes, enrolledAt, generation, credentialAt, revokedAt } = registration;
  const named = Object.entries(attributes);
  return (
    <dl class="device-registration">
      <dt class="caption">Site</dt>
      <dd>{site}</dd>
      <dt class="caption">Tags</dt>
      <dd>
        {tags.length === 0 ? (
          <span class="caption">none</span>
        ) : (
          tags.map((tag) => (
            <span class="device-tag" key={tag}>
              {tag}
            </span>
          ))
        )}
      </dd>
      <dt class="caption">Attributes</dt>
      <dd>
        {named.length === 0 ? (
          <span class="caption">none</span>
        ) : (
          named.map(([name, value]) => (
            <span class="device-tag" key={name}>
              {name} = {value}
            </span>
          ))
        )}
      </dd>
      <dt class="caption">Enrolled</dt>
      <dd>{dateTime(enrolledAt)}</dd>
      <dt class="caption">Credential</dt>
      <dd>
        {revokedAt === null ? (
          <State kind="good">in force</State>
        ) : (
          <State kind="bad">revoked</State>
        )}
        <span class="caption">
          {' '}
          {revokedAt === null ? (
            <>
              generation {generation}, <Ago at={credentialAt} />
            </>
          ) : (
            <Ago at={revokedAt} />
          )}
        </span>
      </dd>
    </dl>
  );
}
