import { setTimeout as delay } from 'node:timers/promises';
import { BrokerConnection } from '@edgeloop/broker-connection';
import {
  buildTopic,
  type DeviceAddress,
  encodeMessage,
  type JsonTopicName,
  type MessageOf,
  type Millis,
  type Status,
  TOPICS,
  type TopicAddress,
  type TopicName,
} from '@edgeloop/protocol';
import { dispatchMessage, type Inbox, subscriptionsOf } from '../../mqtt/inbox.ts';

export interface DeviceLinkOptions {
  readonly broker: {
    readonly url: string;
    readonly username?: string;
    readonly password?: string;
    readonly keepalive: Millis;
  };
  readonly address: DeviceAddress;
  readonly status: (state: Status['state']) => Status;
  /** Connected and subscribed: the status is said; now whatever else a birth says. */
  readonly onBorn: () => void;
  readonly inbox: Omit<Inbox, 'status'>;
  /** A message came that is none. */
  readonly onIgnored: (topic: string, error: Error) => void;
  /** A message came, or the broker took one. */
  readonly count: (direction: 'heard' | 'said') => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** The last words may take so long; the will says the same. */
const FAREWELL = 1_000;

/** A device's connection until it ends: birth, will and topics as the agent's own. */
export class DeviceLink {
  readonly #options: DeviceLinkOptions;
  readonly #connection: BrokerConnection;
  readonly #onTheirWay = new Set<TopicName>();
  #ending = false;

  constructor(options: DeviceLinkOptions) {
    this.#options = options;
    const { broker, address, status, onBorn, random } = options;
    this.#connection = new BrokerConnection({
      broker,
      clientId: address.device,
      will: {
        topic: buildTopic('status', address),
        payload: encodeMessage('status', status('offline')),
        qos: TOPICS.status.qos,
        retain: TOPICS.status.retained,
      },
      subscriptions: subscriptionsOf(address),
      random,
      onConnect: () => {
        this.publish('status', address, status('online'));
        onBorn();
      },
      onDisconnect: () => {},
      onMessage: ({ topic, payload }) => this.#onMessage(topic, payload),
    });
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  /** Returns at once: the broker may come later. */
  start(): void {
    this.#connection.start();
  }

  /** Dropped without a connection: a birth says everything again. */
  publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): void {
    if (this.connected) this.#publish(name, address, message).catch(() => {});
  }

  /** Dropped while the last of its topic is on its way, too: what is cumulative loses nothing. */
  async publishNewest<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: () => MessageOf<Name>,
  ): Promise<void> {
    if (!this.connected || this.#onTheirWay.has(name)) return;
    this.#onTheirWay.add(name);
    await this.#publish(name, address, message()).catch(() => {});
    this.#onTheirWay.delete(name);
  }

  /** Without a word: the broker publishes the will. */
  async drop(): Promise<void> {
    this.#ending = true;
    await this.#connection.drop();
  }

  /** Says offline and ends the connection in order. */
  async close(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const { address, status } = this.#options;
    if (this.connected) {
      const said = this.#publish('status', address, status('offline'));
      await Promise.race([said.catch(() => {}), delay(FAREWELL, undefined, { ref: false })]);
    }
    await this.#connection.close();
  }

  async #publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void> {
    const { qos, retained: retain } = TOPICS[name];
    const payload = encodeMessage(name, message);
    await this.#connection.publish(buildTopic(name, address), payload, { qos, retain });
    this.#options.count('said');
  }

  #onMessage(topic: string, payload: Uint8Array): void {
    const { inbox, address, status, onIgnored, count } = this.#options;
    count('heard');
    try {
      dispatchMessage(topic, payload, {
        ...inbox,
        status: ({ state }) => {
          // A broker that noticed the last connection's end late publishes its will over the birth.
          if (state === 'offline' && !this.#ending)
            this.publish('status', address, status('online'));
        },
      });
    } catch (error) {
      onIgnored(topic, error as Error);
    }
  }
}
