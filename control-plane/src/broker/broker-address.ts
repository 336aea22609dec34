import { addressesOf } from '@edgeloop/broker-connection';
import type { BrokerPorts } from './embedded-broker.ts';

/**
 * Where devices find the broker: TLS where it has it.
 * @param broker URL of another broker, or of several with commas between them, or the ports of our
 * own; null: it does not listen yet
 * @param hostname under which a device has found the API, which shares its host with our own
 */
export function brokerAddress(broker: string | BrokerPorts | null, hostname: string): string {
  if (typeof broker === 'string') return addressesOf(broker).map(withoutLogin).join(',');
  const { mqtt = null, mqtts = null } = broker ?? {};
  return mqtts === null ? `mqtt://${hostname}:${mqtt ?? 1883}` : `mqtts://${hostname}:${mqtts}`;
}

function withoutLogin(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
