import { secretsOfUrl } from '../camera/program/hide-camera-urls.ts';
import type { Config } from '../config/config.ts';

/**
 * What a device knows and must not stand in a log: passwords, and what is secret in the URLs of
 * cameras. As it is now: some are read anew.
 */
export function secretsOf({
  broker,
  server,
  page,
  cameras,
}: Pick<Config, 'broker' | 'server' | 'page' | 'cameras'>): readonly string[] {
  const passwords = [
    ...[broker.password, broker.credential?.()?.password],
    ...[server?.password(), page?.password],
  ];
  const urls = Array.from(cameras.values(), ({ source }) =>
    source.kind === 'rtsp' ? secretsOfUrl(source.url) : [],
  );
  return [...passwords.flatMap((secret) => secret || []), ...urls.flat()];
}
