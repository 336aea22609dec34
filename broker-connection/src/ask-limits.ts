import { connect } from 'mqtt';
import type { ConnectionOptions } from './broker-connection.ts';
import { readTls } from './read-tls.ts';

/** What a broker grants its clients. [MQTT5-3.2.2.3] */
export interface BrokerLimits {
  readonly maximumQos: 0 | 1 | 2;
  readonly retainAvailable: boolean;
  /** Bytes; null: any. */
  readonly maximumPacketSize: number | null;
}

const PATIENCE = 5_000;

/**
 * Asks a broker for its limits. MQTT 3.1.1 has no word for them: there it closes the connection of
 * who goes beyond them, and says nothing. So they are asked for by MQTT 5, without a will; where a
 * client of that name is connected, the broker ends that.
 * @param address one of `broker.url`
 * @returns null: it does not say, or does not let such a client in
 */
export async function askLimits(
  address: string,
  { broker, clientId }: Pick<ConnectionOptions, 'broker' | 'clientId'>,
  signal?: AbortSignal,
): Promise<BrokerLimits | null> {
  try {
    const { username, password } = broker;
    const client = connect(address, {
      clientId,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(await readTls(broker.tls ?? {})),
      ...broker.credential?.(),
      protocolVersion: 5,
      clean: true,
      connectTimeout: PATIENCE,
      reconnectPeriod: 0,
    });
    return await new Promise((resolve) => {
      const end = (limits: BrokerLimits | null) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(limits);
        client.end(true);
      };
      const giveUp = () => end(null);
      client.on('error', giveUp);
      client.on('close', giveUp);
      signal?.addEventListener('abort', giveUp);
      client.on('connect', ({ properties = {} }) => {
        const { maximumQoS = 2, retainAvailable = true, maximumPacketSize = null } = properties;
        end({ maximumQos: maximumQoS as 0 | 1 | 2, retainAvailable, maximumPacketSize });
      });
    });
  } catch {
    return null;
  }
}
