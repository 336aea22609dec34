import { isIPv6 } from 'node:net';

const MAPPED = '::ffff:';
/**
 * Groups of an IPv6 address that are one network's: a /64, which is what a single customer gets.
 */
const NETWORK_GROUPS = 4;

/** What counts as one address for a limit: an IPv4 address, or the /64 of an IPv6 address. */
export function addressKey(address: string): string {
  if (address.startsWith(MAPPED) && address.includes('.')) return address.slice(MAPPED.length);
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail = ''] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? 8 - groups.length - rest.length : 0;
  const all = [...groups, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...rest];
  return `${all.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
