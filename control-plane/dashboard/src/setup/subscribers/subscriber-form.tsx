import { useState } from 'preact/hooks';
import type { SubscriberWithPassword } from '../../../../src/resources/subscriber.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { ID } from '../patterns.ts';
import { words } from '../words.ts';

export function SubscriberForm({ onMade }: { onMade: (made: SubscriberWithPassword) => void }) {
  const [name, setName] = useState('');
  const [sites, setSites] = useState('');
  const [devices, setDevices] = useState('');
  const { busy, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    return run(async () => {
      const asked = { name, sites: words(sites), devices: words(devices) };
      onMade(await api.post<SubscriberWithPassword>('/api/subscribers', asked));
      setName('');
    });
  };
  return (
    <form class="setup-form" onSubmit={make}>
      <Field
        label="Name"
        hint="No device may have it: home-assistant"
        required
        autoComplete="off"
        autoCapitalize="none"
        {...ID}
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Field
        label="Sites"
        hint="All devices of these: hall-1, hall-2"
        value={sites}
        onInput={({ currentTarget }) => setSites(currentTarget.value)}
      />
      <Field
        label="Devices"
        hint="And these, wherever they are"
        value={devices}
        onInput={({ currentTarget }) => setDevices(currentTarget.value)}
      />
      <FormEnd failed="No account was made." error={error}>
        <Button type="submit" kind="primary" busy={busy}>
          Make an account
        </Button>
      </FormEnd>
    </form>
  );
}
