import type { BrokerConnection } from '@edgeloop/broker-connection';
import {
  buildTopic,
  type DeviceAddress,
  encodeMessage,
  type JsonTopicName,
  type MessageOf,
  TOPICS,
  type TopicAddress,
  type TopicName,
} from '@edgeloop/protocol';
import type { Entry, OutboxStatus } from '../outbox/entry.ts';

/** Publishes messages of a device, each with the QoS and the retention of its topic. */
export class Publisher {
  readonly #connection: BrokerConnection;
  readonly #address: DeviceAddress;
  readonly #onTheirWay = new Set<'health' | 'shadow'>();

  constructor(connection: BrokerConnection, address: DeviceAddress) {
    this.#connection = connection;
    this.#address = address;
  }

  publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void> {
    return this.#publishText(name, address, encodeMessage(name, message));
  }

  /** Dropped without a connection, or while the last is on its way: the counters are cumulative. */
  async publishCounters<Name extends 'health' | 'shadow'>(
    name: Name,
    message: MessageOf<Name>,
  ): Promise<void> {
    if (this.#onTheirWay.has(name) || !this.#connection.connected) return;
    this.#onTheirWay.add(name);
    await this.publish<'health' | 'shadow'>(name, this.#address, message).catch(() => {});
    this.#onTheirWay.delete(name);
  }

  /** A detection or a tombstone of the outbox. */
  publishEntry(entry: Entry, stream: OutboxStatus['stream'], replayed: boolean): Promise<void> {
    const address = this.#address;
    if (entry.kind === 'tombstone') {
      const { from, to, reason } = entry;
      return this.publish('tombstones', address, { stream, from, to, reason });
    }
    const { camera, seq, body } = entry;
    // The body is a JSON object that the pipeline made: the outbox's fields are put before its own.
    const payload = `${JSON.stringify({ stream, seq, replayed }).slice(0, -1)},${body.slice(1)}`;
    return this.#publishText('detections', { ...address, camera }, payload);
  }

  #publishText<Name extends TopicName>(
    name: Name,
    address: TopicAddress<Name>,
    payload: string,
  ): Promise<void> {
    const { qos, retained: retain } = TOPICS[name];
    return this.#connection.publish(buildTopic(name, address), payload, { qos, retain });
  }
}
