import { setTimeout as delay } from 'node:timers/promises';
import { BrokerConnection } from '@edgeloop/broker-connection';
import {
  type BootId,
  buildTopic,
  type CameraId,
  type CameraState,
  type DeviceAddress,
  decodeMessage,
  encodeMessage,
  type Health,
  type MessageOf,
  millis,
  type Reported,
  type Status,
  TOPICS,
  type TopicAddress,
  type TopicName,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../camera/frame.ts';
import type { BrokerConfig } from '../config/config.ts';
import { Deliverer } from '../delivery/deliverer.ts';
import type { Entry, OutboxStatus } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { StatePublisher } from './state-publisher.ts';

export interface UplinkOptions {
  readonly broker: BrokerConfig;
  readonly address: DeviceAddress;
  readonly bootId: BootId;
  readonly version: string;
  readonly reported: Reported;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

const RESEND_AFTER = millis(30_000);
/** The last words may take so long; the will says the same. */
const FAREWELL = 1_000;

/** All that the device says to its broker and hears from it: birth, states, the outbox, health, farewell. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #connection: BrokerConnection;
  readonly #deliverer: Deliverer;
  readonly #states: StatePublisher;
  #healthOnItsWay = false;
  #closing = false;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const { broker, address, outbox, clock, random, log } = options;
    this.#connection = new BrokerConnection({
      broker,
      clientId: address.device,
      will: {
        topic: buildTopic('status', address),
        payload: encodeMessage('status', this.#status('offline')),
        qos: TOPICS.status.qos,
        retain: TOPICS.status.retained,
      },
      subscriptions: [buildTopic('status', address), buildTopic('delivered', address)],
      random,
      onConnect: () => this.#born(),
      onDisconnect: (reason) => this.#parted(reason),
      onMessage: ({ topic, payload }) => this.#heard(topic, payload),
    });
    this.#deliverer = new Deliverer({
      outbox,
      delivery: broker.delivery,
      resendAfter: RESEND_AFTER,
      monotonic: clock.monotonic,
      send: (entry, stream, replayed) => this.#sendEntry(entry, stream, replayed),
      onStaleFile: (through) =>
        log.warn({ through }, 'the outbox is older than what is stored of it: a new stream begins'),
    });
    this.#states = new StatePublisher((camera, state) =>
      this.#publish('state', { ...address, camera }, state),
    );
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  get connects(): number {
    return this.#connection.connects;
  }

  /** Returns at once: the broker may come later. */
  start(): void {
    this.#deliverer.start();
    this.#connection.start();
  }

  setState(camera: CameraId, state: CameraState): void {
    this.#states.set(camera, state);
  }

  outboxChanged(status: OutboxStatus): void {
    this.#deliverer.outboxChanged(status);
  }

  /** Dropped without a connection, or while the last is on its way: the counters are cumulative. */
  async publishHealth(health: Health): Promise<void> {
    if (this.#healthOnItsWay || !this.connected) return;
    this.#healthOnItsWay = true;
    await this.#publish('health', this.#options.address, health).catch(() => {});
    this.#healthOnItsWay = false;
  }

  /** Says offline and ends the connection in order. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.connected) {
      const said = this.#publish('status', this.#options.address, this.#status('offline'));
      await Promise.race([said.catch(() => {}), delay(FAREWELL, undefined, { ref: false })]);
    }
    this.#deliverer.close();
    await this.#connection.close();
  }

  #born(): void {
    const { address, reported, log } = this.#options;
    log.info('connected to the broker');
    this.#sayOnline();
    this.#publish('reported', address, reported).catch(() => {});
    this.#states.connected();
    this.#deliverer.connected();
  }

  #parted(reason: string): void {
    this.#states.disconnected();
    this.#deliverer.disconnected();
    if (!this.#closing) this.#options.log.warn({ reason }, 'no connection to the broker');
  }

  #heard(topic: string, payload: Uint8Array): void {
    const { address, log } = this.#options;
    try {
      if (topic === buildTopic('delivered', address)) {
        this.#deliverer
          .delivered(decodeMessage('delivered', payload))
          .catch((error: Error) => log.warn({ error: error.message }, 'delivered not applied'));
      } else if (topic === buildTopic('status', address) && !this.#closing) {
        // A broker that noticed the last connection's end late publishes its will over our birth.
        if (decodeMessage('status', payload).state === 'offline') this.#sayOnline();
      }
    } catch (error) {
      log.warn({ topic, error: (error as Error).message }, 'message ignored');
    }
  }

  #sayOnline(): void {
    this.#publish('status', this.#options.address, this.#status('online')).catch(() => {});
  }

  #status(state: Status['state']): Status {
    const { bootId, version: agentVersion, clock } = this.#options;
    return state === 'online'
      ? { state, bootId, agentVersion, at: timestamp(clock.now()) }
      : { state, bootId, agentVersion };
  }

  #sendEntry(entry: Entry, stream: OutboxStatus['stream'], replayed: boolean): Promise<void> {
    const { address } = this.#options;
    if (entry.kind === 'tombstone') {
      const { from, to, reason } = entry;
      return this.#publish('tombstones', address, { stream, from, to, reason });
    }
    const { camera, seq, body } = entry;
    // The body is a JSON object that the pipeline made: the outbox's fields are put before its own.
    const payload = `${JSON.stringify({ stream, seq, replayed }).slice(0, -1)},${body.slice(1)}`;
    return this.#publishText('detections', { ...address, camera }, payload);
  }

  #publish<Name extends TopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void> {
    return this.#publishText(name, address, encodeMessage(name, message));
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
