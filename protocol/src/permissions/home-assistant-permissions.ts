import { homeAssistantStatusTopic, nodeOf } from '../home-assistant/home-assistant-topics.ts';
import { type DeviceId, isId, type SiteId } from '../ids.ts';
import { mayRead } from './may-read.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/** What is beyond the table: a prefix of Home Assistant's; null: nothing is. */
export type HomeAssistantPrefix = string | null;

/** A topic below the prefix that has a meaning here. */
type HomeAssistantTopic =
  | { readonly kind: 'status' }
  | { readonly kind: 'discovery'; readonly site: SiteId; readonly device: DeviceId };

/**
 * A device tells Home Assistant of itself, and of nobody else. Home Assistant is a subscriber,
 * which has one word to say: that it has started (or, by its will, that it is gone).
 */
export function mayPublishToHomeAssistant(
  principal: TopicPrincipal,
  topic: string,
  prefix: HomeAssistantPrefix,
): boolean {
  const known = parseHomeAssistantTopic(topic, prefix);
  if (known === null) return false;
  switch (principal.kind) {
    case 'device':
      return known.kind === 'discovery' && isOwn(principal, known);
    case 'subscriber':
      return known.kind === 'status';
    case 'control plane':
      return true;
  }
}

/** A device hears that Home Assistant has started; a subscriber what devices of its own tell. */
export function mayReceiveFromHomeAssistant(
  principal: TopicPrincipal,
  topic: string,
  prefix: HomeAssistantPrefix,
): boolean {
  const known = parseHomeAssistantTopic(topic, prefix);
  if (known === null) return false;
  if (known.kind === 'status') return true;
  return principal.kind !== 'device' && mayRead(principal, { name: 'state', ...known });
}

/**
 * Home Assistant asks for more than there is for it (`homeassistant/+/+/+/config`), and could not
 * be told apart by a filter: whatever is below the prefix may be asked for by who listens, and each
 * message is judged when it comes.
 */
export function maySubscribeToHomeAssistant(
  principal: TopicPrincipal,
  filter: string,
  prefix: HomeAssistantPrefix,
): boolean {
  if (prefix === null) return false;
  if (principal.kind === 'device') return filter === homeAssistantStatusTopic(prefix);
  const levels = filter.split('/');
  const open = levels.indexOf('#');
  return levels[0] === prefix && levels.length > 1 && (open === -1 || open === levels.length - 1);
}

function parseHomeAssistantTopic(
  topic: string,
  prefix: HomeAssistantPrefix,
): HomeAssistantTopic | null {
  if (prefix === null) return null;
  if (topic === homeAssistantStatusTopic(prefix)) return { kind: 'status' };
  const [first, component, node = '', device = '', last, ...rest] = topic.split('/');
  const site = node.slice(nodeOf('').length);
  const shaped =
    first === prefix && component === 'device' && last === 'config' && rest.length === 0;
  if (!shaped || node !== nodeOf(site) || !isId('site', site) || !isId('device', device)) {
    return null;
  }
  return { kind: 'discovery', site: site as SiteId, device: device as DeviceId };
}

const isOwn = (
  { site, device }: { readonly site: SiteId; readonly device: DeviceId },
  known: { readonly site: SiteId; readonly device: DeviceId },
) => known.site === site && known.device === device;
