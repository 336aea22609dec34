import type { DeviceCredential } from '@edgeloop/protocol';
import { isEncrypted } from './is-encrypted.ts';

/** What an enrolment says of a device, besides its password. */
export interface Enrolment extends Pick<DeviceCredential, 'device' | 'site' | 'server' | 'mqtt'> {
  /**
   * PEM file of who signed the certificates of server and broker; null: the authorities that Node
   * knows.
   */
  readonly ca: string | null;
}

/**
 * Whether the parsed agent.yaml leaves it to the enrolment who the device is, and whom it talks to.
 */
export function isLeftToEnrolment(file: unknown): file is Readonly<Record<string, unknown>> {
  return (
    isRecord(file) && (file.broker === undefined || (isRecord(file.broker) && !file.broker.url))
  );
}

/**
 * The parsed agent.yaml, with what it leaves out of `site`, `device`, `broker` and `server`. One
 * that names its broker is whole as it is.
 */
export function asEnrolled(file: unknown, { device, site, server, mqtt, ca }: Enrolment): unknown {
  if (!isLeftToEnrolment(file)) return file;
  const within = (own: unknown, url: string) => ({
    url,
    ...(ca !== null && isEncrypted(url) && { ca }),
    ...(isRecord(own) && own),
  });
  return {
    site,
    device,
    ...file,
    broker: within(file.broker, mqtt.url),
    // What is not a mapping is told as the mistake that it is.
    server:
      file.server === undefined || isRecord(file.server)
        ? within(file.server, server)
        : file.server,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
