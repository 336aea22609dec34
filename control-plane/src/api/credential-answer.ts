import type { DeviceCredential } from '@edgeloop/protocol';
import type { FastifyRequest } from 'fastify';
import type { Renewed } from '../devices/registration-store.ts';

export interface CredentialAnswer {
  /** Where a device that asks for the API under a host name finds the broker. */
  readonly mqttUrl: (hostname: string) => string;
}

/** What a device is told when it gets a password. */
export function credentialAnswer(
  { mqttUrl }: CredentialAnswer,
  { protocol, host, hostname }: Pick<FastifyRequest, 'protocol' | 'host' | 'hostname'>,
  { registration: { device, site, generation }, password }: Renewed,
): DeviceCredential {
  return {
    ...{ device, site, credential: { username: device, password }, generation },
    ...{ mqtt: { url: mqttUrl(hostname) }, server: `${protocol}://${host}` },
  };
}
