import { useState } from 'preact/hooks';
import type { CreatedWebhook } from '../../../../src/resources/webhook.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { words } from '../words.ts';

export function WebhookForm({ onMade }: { onMade: (made: CreatedWebhook) => void }) {
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState('device.silent, rollout.changed, candidate.*');
  const { busy, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = { url, kinds: words(kinds) };
      onMade(await api.post<CreatedWebhook>('/api/webhooks', asked));
      setUrl('');
    });
  };
  return (
    <form class="setup-form" onSubmit={make}>
      <div class="setup-form-whole">
        <Field
          label="URL"
          type="url"
          placeholder="https://"
          required
          value={url}
          onInput={({ currentTarget }) => setUrl(currentTarget.value)}
        />
      </div>
      <div class="setup-form-whole">
        <Field
          label="Kinds of events"
          hint={
            <>
              job.* is all of a noun; every kind stands in <a href="/api/docs">the API's manual</a>
            </>
          }
          required
          value={kinds}
          onInput={({ currentTarget }) => setKinds(currentTarget.value)}
        />
      </div>
      <FormEnd failed="No webhook was added." error={error}>
        <Button type="submit" kind="primary" busy={busy}>
          Add it
        </Button>
      </FormEnd>
    </form>
  );
}
