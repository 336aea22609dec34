import { TOPICS, type TopicName, type TopicPrincipal, topicFilter } from '@edgeloop/protocol';

/** A command's id is one. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Every topic of the table for these sites, devices and, where a name has one, last levels, written
 * out.
 */
export function everyTopic(
  sites: readonly string[],
  devices: readonly string[],
  lasts: readonly string[],
): { readonly topic: string; readonly name: TopicName; site: string; device: string }[] {
  const names = Object.keys(TOPICS) as TopicName[];
  return sites.flatMap((site) =>
    devices.flatMap((device) =>
      names.flatMap((name) => {
        const begun = `edgeloop/v1/${site}/${device}/${name}`;
        const fitting = name === 'ack' ? lasts.filter((last) => UUID.test(last)) : lasts;
        const ends = topicFilter(name).endsWith('/+') ? fitting.map((last) => `/${last}`) : [''];
        return ends.map((end) => ({ topic: begun + end, name, site, device }));
      }),
    ),
  );
}

/** A filter against a topic, as MQTT 3.1.1, 4.7 has it, level by level. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = topic.split('/');
  let i = 0;
  for (const level of filter.split('/')) {
    // A parent is matched by `#`, too.
    if (level === '#') return i <= levels.length;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
    i += 1;
  }
  return i === levels.length;
}

/** What each may read, written down apart from the code under test. */
export function readable(
  principal: TopicPrincipal,
  { site, device, name }: { site: string; device: string; name: string },
): boolean {
  if (principal.kind === 'control plane') return true;
  if (principal.kind === 'device') {
    const told = ['status', 'desired', 'delivered', 'cmd'].includes(name);
    return told && site === principal.site && device === principal.device;
  }
  return (
    [...principal.sites].some((s) => s === site) || [...principal.devices].some((d) => d === device)
  );
}
