import { isIP } from 'node:net';

/**
 * Whether a request was made to a name that is this machine's. A page elsewhere can have its own
 * name lead here (DNS rebinding), and would read what is answered; it can not change what its
 * requests call the host. An address is no name, and always right.
 * @param header `Host` of the request
 * @param names in lower case
 * @see RFC 9110, section 7.2
 */
export function isTrustedHost(header: string | undefined, names: readonly string[]): boolean {
  const [, host = ''] = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  const bare = host.toLowerCase();
  return isIP(bare.replace(/^\[(.*)\]$/, '$1')) !== 0 || names.includes(bare);
}
