import { type DeviceId, isId, type SiteId } from '../ids.ts';
import { PREFIX, TOPICS, type TopicName, VERSION } from '../topics.ts';
import {
  type HomeAssistantPrefix,
  maySubscribeToHomeAssistant,
} from './home-assistant-permissions.ts';
import { mayRead, type Reach } from './may-read.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/**
 * Whether a filter may be subscribed to: it begins with `edgeloop/v1/`, matches a topic of the
 * table, and every topic of the table that it can match may be read. No shared subscription is: its
 * messages would go to whoever else is in the group.
 * @param homeAssistant Below this prefix it may be asked for more than may be received; null: for
 * nothing.
 */
export function maySubscribe(
  principal: TopicPrincipal,
  filter: string,
  homeAssistant: HomeAssistantPrefix = null,
): boolean {
  const reaches = reachesOf(filter);
  if (reaches.length === 0) return maySubscribeToHomeAssistant(principal, filter, homeAssistant);
  return reaches.every((reach) => mayRead(principal, reach));
}

/** What may stand at a level: this text, or any id of a kind. */
type Level = string | { readonly any: Parameters<typeof isId>[0] };

/** Each topic with its levels: edgeloop, v1, site, device, name and, for some, one more. */
const PATTERNS = (Object.keys(TOPICS) as TopicName[]).map((name) => {
  const { per } = TOPICS[name];
  const levels: Level[] = [PREFIX, VERSION, { any: 'site' }, { any: 'device' }, name];
  return { name, levels: per === null ? levels : [...levels, { any: per }] };
});

/** The topics of the table that a filter can match. */
function reachesOf(filter: string): Reach[] {
  const levels = filter.split('/');
  const [prefix, version, site, device] = levels;
  const open = levels.indexOf('#');
  const invalid = open !== -1 && open !== levels.length - 1;
  if (invalid || prefix !== PREFIX || version !== VERSION) return [];
  return PATTERNS.filter((pattern) => meets(levels, pattern.levels)).map(({ name }) => ({
    name,
    site: isWildcard(site) ? null : (site as SiteId),
    device: isWildcard(device) ? null : (device as DeviceId),
  }));
}

/**
 * Whether some topic is matched by both. [MQTT-4.7.1-2]: `#` stands for its parent's level, too.
 */
function meets(filter: readonly string[], pattern: readonly Level[]): boolean {
  const open = filter.at(-1) === '#';
  const fixed = open ? filter.slice(0, -1) : filter;
  const long = open ? fixed.length <= pattern.length : fixed.length === pattern.length;
  return long && fixed.every((level, i) => levelMeets(level, pattern[i] as Level));
}

function levelMeets(level: string, pattern: Level): boolean {
  if (level === '+') return true;
  return typeof pattern === 'string' ? level === pattern : isId(pattern.any, level);
}

/** Nothing there: `#` covers it. */
const isWildcard = (level: string | undefined) =>
  level === undefined || level === '+' || level === '#';
