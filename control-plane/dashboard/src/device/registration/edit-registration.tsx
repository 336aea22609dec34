import { useState } from 'preact/hooks';
import type { Registration } from '../../../../src/resources/registration.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { NotChanged } from '../../ui/not-changed.tsx';
import { toast } from '../../ui/toasts.tsx';
import { readAttributes, readTags, writeAttributes } from './attributes.ts';

interface EditRegistrationProps {
  readonly registration: Registration;
  /** As it was when the editing began. */
  readonly etag: string | null;
  readonly onDone: () => void;
  readonly onReload: () => void;
  readonly onClose: () => void;
}

/**
 * Site, tags and attributes, set as a whole; where somebody else has changed them meanwhile,
 * nothing is overwritten.
 */
export function EditRegistration({
  registration,
  etag,
  onDone,
  onReload,
  onClose,
}: EditRegistrationProps) {
  const { device } = registration;
  // What one types is not overwritten by what is read meanwhile, and is sent for what was seen
  // then.
  const [seen] = useState(etag);
  const [site, setSite] = useState<string>(registration.site);
  const [tags, setTags] = useState(registration.tags.join(', '));
  const [attributes, setAttributes] = useState(writeAttributes(registration.attributes));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const read = readAttributes(attributes);
  const save = async (event: Event) => {
    event.preventDefault();
    if ('error' in read || busy) return;
    setBusy(true);
    try {
      const change = { site, tags: readTags(tags), attributes: read.value };
      await api.patch(path`/api/devices/${device}/registration`, change, { ifMatch: seen });
      toast(`${device} is changed.`);
      onDone();
    } catch (problem) {
      setError(problem as Error);
      setBusy(false);
    }
  };
  return (
    <form class="device-edit" onSubmit={save}>
      <Field
        label="Site"
        value={site}
        hint="The device must say the same in its agent.yaml, or it is not let in."
        onInput={(event) => setSite(event.currentTarget.value)}
      />
      <Field
        label="Tags"
        value={tags}
        hint="Lower case, digits and dashes, between commas."
        onInput={(event) => setTags(event.currentTarget.value)}
      />
      <div class="field">
        <label class="field-label" for="device-attributes">
          Attributes
        </label>
        <textarea
          id="device-attributes"
          class="field-input"
          rows={4}
          spellcheck={false}
          value={attributes}
          aria-invalid={'error' in read || undefined}
          aria-describedby="device-attributes-note"
          onInput={(event) => setAttributes(event.currentTarget.value)}
        />
        <p id="device-attributes-note" class={'error' in read ? 'field-error' : 'caption'}>
          {'error' in read ? read.error : 'One a line: line = 3. Rollouts choose devices by them.'}
        </p>
      </div>
      {error && (
        <NotChanged
          what="It was not changed."
          error={error}
          onShowNow={() => {
            onReload();
            onClose();
          }}
        />
      )}
      <div class="page-actions">
        <Button type="submit" kind="primary" busy={busy} disabled={'error' in read}>
          Save
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
