import { TOPICS } from '../topics.ts';
import {
  type HomeAssistantPrefix,
  mayPublishToHomeAssistant,
} from './home-assistant-permissions.ts';
import { knownTopic } from './known-topic.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/**
 * Whether a message, or the will that a client leaves, may be published. A device says what the
 * table lets it say, below its own prefix, and has kept only what the table says is kept: a broker
 * tells whoever subscribes later nothing stale.
 */
export function mayPublish(
  principal: TopicPrincipal,
  topic: string,
  { retain }: { readonly retain: boolean },
  homeAssistant: HomeAssistantPrefix = null,
): boolean {
  const known = knownTopic(topic);
  if (known === null) return mayPublishToHomeAssistant(principal, topic, homeAssistant);
  switch (principal.kind) {
    case 'device': {
      const own = known.site === principal.site && known.device === principal.device;
      const { from, retained } = TOPICS[known.name];
      return own && from === 'device' && (retained || !retain);
    }
    case 'subscriber':
      return false;
    case 'control plane':
      // What a device had kept, too: it is cleared when the device goes.
      return true;
  }
}
