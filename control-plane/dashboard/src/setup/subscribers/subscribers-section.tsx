import { useState } from 'preact/hooks';
import type { Subscriber, SubscriberWithPassword } from '../../../../src/resources/subscriber.ts';
import { useResource } from '../../api/use-resource.ts';
import { Empty } from '../../ui/empty.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { Once } from '../once.tsx';
import { listenCommand } from './listen-command.ts';
import { SubscriberForm } from './subscriber-form.tsx';
import { SubscriberTable } from './subscriber-table.tsx';

export function SubscribersSection() {
  const subscribers = useResource<{ subscribers: Subscriber[] }>('/api/subscribers');
  const [told, setTold] = useState<SubscriberWithPassword | null>(null);
  const tell = (made: SubscriberWithPassword) => {
    setTold(made);
    subscribers.reload();
  };
  return (
    <>
      <p class="setup-lead">
        Home Assistant, a PLC gateway, a script: whoever only listens to the broker. A subscriber
        reads what devices of its sites say and are told, and writes nothing. What there is to hear:{' '}
        <a href="/api/docs/mqtt">the topics</a>.
      </p>
      <Section title="A new subscriber">
        <SubscriberForm onMade={tell} />
      </Section>
      <Section title="Subscribers">
        <Loaded what="The subscribers" from={subscribers}>
          {({ subscribers: all }) =>
            all.length === 0 ? (
              <Empty title="There is no subscriber yet.">
                <p>Make an account above; its name and password go into the program.</p>
              </Empty>
            ) : (
              <SubscriberTable subscribers={all} onChanged={subscribers.reload} onRenewed={tell} />
            )
          }
        </Loaded>
      </Section>
      {told && <Password told={told} onClose={() => setTold(null)} />}
    </>
  );
}

interface PasswordProps {
  readonly told: SubscriberWithPassword;
  readonly onClose: () => void;
}

function Password({ told: { subscriber, password, mqtt }, onClose }: PasswordProps) {
  const { name, sites, devices } = subscriber;
  const topic =
    sites[0] === undefined
      ? `edgeloop/v1/+/${devices[0]}/#`
      : `edgeloop/v1/${sites[0]}/+/detections/#`;
  const command = listenCommand(mqtt.url, name, topic);
  return (
    <Once title={`The password of ${name}`} text={password} label="Password" onClose={onClose}>
      <p class="caption">
        The broker is at <code>{mqtt.url}</code>.{command !== null && ` For a try: ${command}`}
      </p>
    </Once>
  );
}
