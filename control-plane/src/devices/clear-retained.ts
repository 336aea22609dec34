import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerConnection } from '@edgeloop/broker-connection';
import {
  DEFAULT_HOME_ASSISTANT_PREFIX,
  type DeviceAddress,
  discoveryTopic,
  type HomeAssistantPrefix,
  type Millis,
  millis,
  seconds,
} from '@edgeloop/protocol';

export interface ClearRetainedOptions {
  /** Of a client that may read and write below `edgeloop/v1`. */
  readonly brokerUrl: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly brokerCa: string | null;
  readonly random: () => number;
  /** Below it devices may tell Home Assistant what they are; null: nowhere, any more. */
  readonly homeAssistant: HomeAssistantPrefix;
  /** Without a retained message for so long, there is none left. */
  readonly quiet?: Millis;
}

const QUIET = millis(300);
/** A broker that is away is not waited for longer. */
const PATIENCE = seconds(5);

/**
 * Clears every retained message below a device's prefix, also those that the topic table does not
 * know, and what it told Home Assistant: an ordinary client of whatever broker, which subscribes
 * and empties what it is given.
 * @returns how many; null where the broker did not answer
 */
export async function clearRetained(
  { brokerUrl, brokerCa: ca, random, homeAssistant, quiet = QUIET }: ClearRetainedOptions,
  { site, device }: DeviceAddress,
): Promise<number | null> {
  const found: string[] = [];
  let heardAt = performance.now();
  const connection = new BrokerConnection({
    broker: { url: brokerUrl, keepalive: seconds(30), tls: ca === null ? {} : { ca } },
    clientId: `edgeloop-clear-${randomBytes(4).toString('hex')}`,
    subscriptions: [
      `edgeloop/v1/${site}/${device}/#`,
      discoveryTopic(homeAssistant ?? DEFAULT_HOME_ASSISTANT_PREFIX, { site, device }),
    ],
    random,
    onConnect: () => {
      heardAt = performance.now();
    },
    onDisconnect: () => {},
    // Mosquitto gives them before it says that the filter is subscribed to.
    onMessage: ({ topic, retained, payload }) => {
      if (!retained || payload.length === 0) return;
      heardAt = performance.now();
      found.push(topic);
    },
  });
  connection.start();
  const cleared = (await isConnected(connection)) ? await clear() : null;
  await connection.close();
  return cleared;

  async function clear(): Promise<number | null> {
    let count = 0;
    while (performance.now() - heardAt < quiet || found.length > 0) {
      const topic = found.shift();
      try {
        if (topic === undefined) await delay(10);
        else await connection.publish(topic, '', { qos: 1, retain: true });
      } catch {
        return null;
      }
      if (topic !== undefined) count += 1;
    }
    return count;
  }
}

async function isConnected(connection: BrokerConnection): Promise<boolean> {
  const begun = performance.now();
  while (!connection.connected && performance.now() - begun < PATIENCE) await delay(10);
  return connection.connected;
}
