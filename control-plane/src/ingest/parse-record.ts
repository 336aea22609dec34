import type { BrokerMessage } from '@edgeloop/broker-connection';
import {
  type Ack,
  type DeviceAddress,
  decodeMessage,
  type EpochMillis,
  type JsonTopicName,
  ProtocolError,
  parseTopic,
  TOPICS,
  type TopicName,
} from '@edgeloop/protocol';
import type { StoreRecord } from '../store/record.ts';

interface HeardAck extends DeviceAddress {
  readonly name: 'ack';
  readonly message: Ack;
}

export type Parsed =
  | { readonly record: StoreRecord }
  /** A retained message was cleared, or it is none that this store keeps. */
  | { readonly record: null }
  /** A device answers a command. */
  | { readonly answer: HeardAck }
  | { readonly invalid: ProtocolError };

/** What a device says to the control plane over MQTT: its pictures come by HTTP. */
const isHeard = (name: TopicName): name is JsonTopicName =>
  TOPICS[name].from === 'device' && name !== 'image';
export const HEARD = (Object.keys(TOPICS) as TopicName[]).filter(isHeard);

const STORED: ReadonlySet<TopicName> = new Set<StoreRecord['name']>([
  'detections',
  'tombstones',
  'state',
  'status',
  'health',
  'shadow',
  'reported',
]);

/**
 * A message as it came from the broker. Who says it stands in its topic: the broker vouches for
 * that.
 */
export function parseRecord(
  { topic, payload, retained }: BrokerMessage,
  receivedAt: EpochMillis,
): Parsed {
  try {
    const parsed = parseTopic(topic);
    // Our own word needs no checking: it is not from a device.
    if (payload.length === 0 || !isHeard(parsed.name)) return { record: null };
    const message = decodeMessage(parsed.name, payload);
    if (parsed.name === 'ack') return { answer: { ...parsed, message: message as Ack } };
    if (!STORED.has(parsed.name)) return { record: null };
    if ('from' in message && message.from > message.to) {
      throw new ProtocolError(
        'PROTOCOL_MESSAGE_INVALID',
        `A tombstones message is wrong: expected from at most to, received ${message.from} and ${message.to}.`,
      );
    }
    return { record: { ...parsed, message, receivedAt, retained } as StoreRecord };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { invalid: error };
  }
}
