import type { DeviceId, SiteId } from '../ids.ts';
import { TOPICS, type TopicName } from '../topics.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/** Topics of one name: of one site and device, or of any (null). */
export interface Reach {
  readonly name: TopicName;
  readonly site: SiteId | null;
  readonly device: DeviceId | null;
}

/** Whether all of them may be read. */
export function mayRead(principal: TopicPrincipal, { name, site, device }: Reach): boolean {
  switch (principal.kind) {
    case 'device':
      return site === principal.site && device === principal.device && isForDevices(name);
    case 'subscriber':
      return (
        (site !== null && principal.sites.includes(site)) ||
        (device !== null && principal.devices.includes(device))
      );
    case 'control plane':
      return true;
  }
}

/**
 * What a device is told; and its own status, since a broker may publish its will while it lives.
 */
const isForDevices = (name: TopicName) =>
  TOPICS[name].from === 'control plane' || name === 'status';
