import { useState } from 'preact/hooks';
import type { CreatedWebhook, Webhook } from '../../../../src/resources/webhook.ts';
import { useResource } from '../../api/use-resource.ts';
import { Empty } from '../../ui/empty.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { Once } from '../once.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookTable } from './webhook-table.tsx';

const EVERY = 10_000;

export function WebhooksSection() {
  const webhooks = useResource<{ webhooks: Webhook[] }>('/api/webhooks', { every: EVERY });
  const [made, setMade] = useState<CreatedWebhook | null>(null);
  return (
    <>
      <p class="setup-lead">
        Events are posted to a URL, signed (
        <a href="https://www.standardwebhooks.com" rel="noreferrer">
          Standard Webhooks
        </a>
        ), in order, and again for three days until they are taken. A restart loses none.
      </p>
      <Section title="A new webhook">
        <WebhookForm
          onMade={(created) => {
            setMade(created);
            webhooks.reload();
          }}
        />
      </Section>
      <Section title="Webhooks">
        <Loaded what="The webhooks" from={webhooks}>
          {({ webhooks: all }) =>
            all.length === 0 ? (
              <Empty title="There is no webhook yet.">
                <p>A chat, a ticket system, a script: give its address above.</p>
              </Empty>
            ) : (
              <WebhookTable webhooks={all} onChanged={webhooks.reload} />
            )
          }
        </Loaded>
      </Section>
      {made && (
        <Once
          title="The secret of the webhook"
          text={made.secret}
          label="Secret"
          onClose={() => setMade(null)}
        >
          <p class="caption">The receiver checks with it that an event came from here.</p>
        </Once>
      )}
    </>
  );
}
