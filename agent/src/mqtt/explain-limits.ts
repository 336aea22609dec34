import { askLimits, type BrokerLimits, type ConnectionOptions } from '@edgeloop/broker-connection';

/** Bytes that a packet of the device may have: a picture of `image` is the largest. */
const LARGEST_PACKET = 16 * 1024;

/**
 * What the device needs of the broker and does not get, and what to do.
 * @param host of the broker
 * @returns null: all that it needs
 */
function explainLimits(
  host: string,
  { maximumQos, retainAvailable, maximumPacketSize }: BrokerLimits,
): string | null {
  const lacking = [
    ...(maximumQos < 1
      ? [
          'QoS 1, without which results get lost unnoticed, received a Maximum QoS of 0 (Mosquitto: max_qos)',
        ]
      : []),
    ...(retainAvailable
      ? []
      : [
          'retained messages, by which others know its state, received none (Mosquitto: retain_available)',
        ]),
    ...(maximumPacketSize !== null && maximumPacketSize < LARGEST_PACKET
      ? [
          `packets of ${LARGEST_PACKET} bytes, received a Maximum Packet Size of ${maximumPacketSize} (Mosquitto: max_packet_size)`,
        ]
      : []),
  ];
  if (lacking.length === 0) return null;
  return `the broker ${host} does not grant what the device needs, and closes its connection: expected ${lacking.join('; ')}. Change the broker's settings; the agent goes on by itself.`;
}

/**
 * Asks a broker that the device is not connected to for what it does not grant.
 * @returns null: nothing, as far as it says
 */
export async function findLacking(
  address: string,
  client: Pick<ConnectionOptions, 'broker' | 'clientId'>,
  signal?: AbortSignal,
): Promise<string | null> {
  const limits = await askLimits(address, client, signal);
  return limits && explainLimits(new URL(address).host, limits);
}
