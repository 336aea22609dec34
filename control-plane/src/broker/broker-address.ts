import type { BrokerPorts } from './embedded-broker.ts';

/**
 * Where devices find the broker: TLS where it has it.
 * @param broker URL of another broker, or the ports of our own; null: it does not listen yet
 * @param hostname under which a device has found the API, which shares its host with our own
 */
export function brokerAddress(broker: string | BrokerPorts | null, hostname: string): string {
  if (typeof broker === 'string') {
    const url = new URL(broker);
    return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  }
  const { mqtt = null, mqtts = null } = broker ?? {};
  return mqtts === null ? `mqtt://${hostname}:${mqtt ?? 1883}` : `mqtts://${hostname}:${mqtts}`;
}
