import type { DeviceCredential, SignedRoot } from '@edgeloop/protocol';
import type { FastifyRequest } from 'fastify';
import type { Renewed } from '../devices/registration-store.ts';

export interface CredentialAnswer {
  /** Where a device that asks for the API under a host name finds the broker. */
  readonly mqttUrl: (hostname: string) => string;
  /** Where a device begins that trusts no root yet. */
  readonly keys: { readonly chain: readonly SignedRoot[] };
}

/** What a device is told when it gets a password. */
export function credentialAnswer(
  { mqttUrl, keys }: CredentialAnswer,
  { protocol, host, hostname }: Pick<FastifyRequest, 'protocol' | 'host' | 'hostname'>,
  { registration: { device, site, generation }, password }: Renewed,
): DeviceCredential {
  const root = keys.chain.at(-1);
  return {
    ...{ device, site, credential: { username: device, password }, generation },
    ...{ mqtt: { url: mqttUrl(hostname) }, server: `${protocol}://${host}` },
    ...(root && { root }),
  };
}
