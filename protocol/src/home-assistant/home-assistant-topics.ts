import type { DeviceAddress } from '../topics.ts';

/**
 * The first level of what Home Assistant hears of its devices, its `discovery_prefix`:
 * `homeassistant` unless somebody changed it. One level, of other characters than wildcards, and
 * not that of our own topics.
 */
export const HOME_ASSISTANT_PREFIX = '^(?!edgeloop$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$';

export const DEFAULT_HOME_ASSISTANT_PREFIX = 'homeassistant';

/**
 * Where a device tells Home Assistant what it is:
 * `<prefix>/device/edgeloop_<site>/<device>/config`. The site is a level of its own (its
 * `node_id`), so that a broker's access list, whose wildcards stand for whole levels, can tell the
 * devices of one site from those of another; `_` is in no name of ours, so nothing of another
 * maker's is hit. Source: https://www.home-assistant.io/integrations/mqtt/#discovery-topic
 */
export function discoveryTopic(prefix: string, { site, device }: DeviceAddress): string {
  return `${prefix}/device/${nodeOf(site)}/${device}/config`;
}

/** Where Home Assistant says `online` when it has started: `homeassistant/status`. */
export const homeAssistantStatusTopic = (prefix: string): string => `${prefix}/status`;

export const nodeOf = (site: string): string => `edgeloop_${site}`;
