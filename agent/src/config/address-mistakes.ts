import { addressesOf } from '@edgeloop/broker-connection';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

/**
 * Addresses that fit their pattern and are none: a port beyond 65535, a placeholder of a manual
 * (`https://<server>`). Whoever takes one apart later trusts that it is one.
 */
export function addressMistakes({
  broker,
  server,
}: {
  readonly broker: Pick<ConfigFile['broker'], 'url'>;
  readonly server?: Pick<NonNullable<ConfigFile['server']>, 'url'> | undefined;
}): ConfigMistake[] {
  const wrong = addressesOf(broker.url).filter((url) => !isAddress(url));
  const found = wrong.map((url) => mistakeAt('broker.url', url));
  return server && !isAddress(server.url) ? [...found, mistakeAt('server.url', server.url)] : found;
}

const isAddress = (url: string): boolean => URL.canParse(url) && new URL(url).hostname !== '';

const mistakeAt = (path: string, received: string): ConfigMistake => ({
  path,
  message: `${path}: expected a host, and a port of at most 65535 where there is one, received "${received}".`,
});
