import type { BrokerConnection } from '@edgeloop/broker-connection';
import {
  buildTopic,
  encodeMessage,
  type JsonTopicName,
  type MessageOf,
  TOPICS,
  type TopicAddress,
} from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';

/**
 * Says something to a device. Without a connection it is to be said again later.
 * @param problem why there is no connection
 * @throws ConnectionError `CONNECTION_LOST`, ControlPlaneError `BROKER_AWAY`
 */
export async function publishMessage<Name extends JsonTopicName>(
  { connection, problem }: { connection: BrokerConnection | null; problem: string | null },
  name: Name,
  address: TopicAddress<Name>,
  message: MessageOf<Name>,
): Promise<void> {
  const { qos, retained: retain } = TOPICS[name];
  const topic = buildTopic(name, address);
  if (!connection) throw new ControlPlaneError('BROKER_AWAY', problem ?? 'away');
  await connection.publish(topic, encodeMessage(name, message), { qos, retain });
}
