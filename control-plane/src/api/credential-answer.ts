import type { DeviceCredential } from '@edgeloop/protocol';
import type { FastifyRequest } from 'fastify';
import type { Renewed } from '../devices/registration-store.ts';
import type { PackageKeys } from '../registry/package-keys.ts';

export interface CredentialAnswer {
  /** Where a device that asks for the API under a host name finds the broker. */
  readonly mqttUrl: (hostname: string) => string;
  /** Where a device begins that trusts no root yet. */
  readonly keys: Pick<PackageKeys, 'chain' | 'refresh'>;
}

/** What a device is told when it gets a password. */
export async function credentialAnswer(
  { mqttUrl, keys }: CredentialAnswer,
  { protocol, host, hostname }: Pick<FastifyRequest, 'protocol' | 'host' | 'hostname'>,
  { registration: { device, site, generation }, password }: Renewed,
): Promise<DeviceCredential> {
  await keys.refresh();
  const root = keys.chain.at(-1);
  return {
    device,
    site,
    credential: { username: device, password },
    generation,
    mqtt: { url: mqttUrl(hostname) },
    server: `${protocol}://${host}`,
    ...(root && { root }),
  };
}
