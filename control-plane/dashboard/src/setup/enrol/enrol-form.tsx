import { useState } from 'preact/hooks';
import type { Static } from 'typebox';
import type {
  CreatedEnrolmentToken,
  NewEnrolmentToken,
} from '../../../../src/resources/enrolment-token.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { expiry, Lifetime } from '../lifetime.tsx';
import { ID } from '../patterns.ts';
import { words } from '../words.ts';

export interface Made extends Static<typeof CreatedEnrolmentToken> {
  /** Whose command it is; empty: any device's. */
  readonly device: string;
}

/** Makes an enrolment token: for one device by its name, or for several. */
export function EnrolForm({ onMade }: { onMade: (made: Made) => void }) {
  const [site, setSite] = useState('');
  const [device, setDevice] = useState('');
  const [uses, setUses] = useState(1);
  const [days, setDays] = useState(7);
  const [tags, setTags] = useState('');
  const [replace, setReplace] = useState(false);
  const { busy, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = {
        name: device || `${site}, ${uses === 1 ? 'one device' : `${uses} devices`}`,
        ...{ site, uses, replace, tags: words(tags) },
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
        hint="Empty: as its agent.yaml says"
        {...ID}
        value={device}
        onInput={({ currentTarget }) => {
          setDevice(currentTarget.value);
          if (currentTarget.value !== '') setUses(1);
        }}
      />
      <Field
        label="Devices that may use it"
        type="number"
        min={1}
        max={10_000}
        required
        disabled={device !== ''}
        value={uses}
        onInput={({ currentTarget }) => setUses(currentTarget.valueAsNumber || 1)}
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
      <div class="setup-form-end">
        <Button type="submit" kind="primary" busy={busy}>
          Make the command
        </Button>
      </div>
      {error && (
        <div class="setup-form-whole">
          <ErrorNote what="No token was made." error={error} />
        </div>
      )}
    </form>
  );
}
