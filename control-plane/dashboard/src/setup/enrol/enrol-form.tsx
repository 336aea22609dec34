import { useState } from 'preact/hooks';
import type { Static } from 'typebox';
import type {
  CreatedEnrolmentToken,
  NewEnrolmentToken,
} from '../../../../src/resources/enrolment-token.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import type { Meant } from '../../ui/number-text.ts';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { expiry, Lifetime } from '../lifetime.tsx';
import { ID } from '../patterns.ts';
import { words } from '../words.ts';

export interface Made extends Static<typeof CreatedEnrolmentToken> {
  /** Whose command it is; empty: any device's. */
  readonly device: string;
}

const USES = { min: 1, max: 10_000, whole: true };

/** Makes an enrolment token: for one device by its name, or for several. */
export function EnrolForm({ onMade }: { onMade: (made: Made) => void }) {
  const [site, setSite] = useState('');
  const [device, setDevice] = useState('');
  const [uses, setUses] = useState<Meant>(1);
  const [days, setDays] = useState(7);
  const [tags, setTags] = useState('');
  const [replace, setReplace] = useState(false);
  const { busy, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = {
        name: device || `${site}, ${uses === 1 ? 'one device' : `${uses} devices`}`,
        site,
        uses,
        replace,
        tags: words(tags),
        expiresAt: expiry(days, Date.now()),
        ...(device !== '' && { devices: device }),
      } as NewEnrolmentToken;
      onMade({ ...(await api.post<Omit<Made, 'device'>>('/api/enrolment-tokens', asked)), device });
    });
  };
  return (
    <form class="setup-form" onSubmit={make}>
      <Field
        label="Site"
        hint="Where it is: hall-1"
        required
        {...ID}
        value={site}
        onInput={({ currentTarget }) => setSite(currentTarget.value)}
      />
      <Field
        label="Device"
        hint="Empty: its host name, or as its agent.yaml says"
        {...ID}
        value={device}
        onInput={({ currentTarget }) => {
          setDevice(currentTarget.value);
          if (currentTarget.value !== '') setUses(1);
        }}
      />
      <NumberField
        label="Devices that may use it"
        rule={USES}
        disabled={device !== ''}
        value={uses}
        onNumber={setUses}
      />
      <Lifetime label="Expires" days={days} choices={[1, 7, 30, 365]} onChange={setDays} />
      <Field
        label="Tags"
        hint="Each device gets them: line-2, pi-5"
        value={tags}
        onInput={({ currentTarget }) => setTags(currentTarget.value)}
      />
      <label class="setup-check setup-form-whole">
        <input
          type="checkbox"
          checked={replace}
          onChange={({ currentTarget }) => setReplace(currentTarget.checked)}
        />
        A device that is enrolled already may enrol again, with another key
      </label>
      <FormEnd failed="No token was made." error={error}>
        <Button type="submit" kind="primary" busy={busy}>
          Make the command
        </Button>
      </FormEnd>
    </form>
  );
}
