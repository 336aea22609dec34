import { setTimeout as delay } from 'node:timers/promises';
import { BrokerConnection, type Refused } from '@edgeloop/broker-connection';
import {
  type Ack,
  type BootId,
  buildTopic,
  type CameraId,
  type CameraState,
  type Command,
  type CommandName,
  type Delivered,
  type Desired,
  type DeviceAddress,
  encodeMessage,
  type Health,
  millis,
  type Reported,
  type Sample,
  type Shadow,
  type Status,
  TOPICS,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { BrokerConfig } from '../config/config.ts';
import { Deliverer } from '../delivery/deliverer.ts';
import type { OutboxStatus } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Companion } from './companion.ts';
import { explainRefusal } from './explain-refusal.ts';
import { dispatchMessage, type Inbox, subscriptionsOf } from './inbox.ts';
import { LimitsWatch } from './limits-watch.ts';
import { MessageQueue } from './message-queue.ts';
import { Publisher } from './publisher.ts';
import { StatePublisher } from './state-publisher.ts';

export interface UplinkOptions {
  readonly broker: BrokerConfig;
  readonly address: DeviceAddress;
  readonly bootId: BootId;
  readonly version: string;
  /** What runs, as it is now. */
  readonly reported: () => Reported;
  readonly outbox: Outbox;
  /** They are told of the connection after the birth. */
  readonly companions: readonly Companion[];
  readonly onDesired: (desired: Desired) => void;
  readonly onCommand: (name: CommandName, command: Command) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

const RESEND_AFTER = millis(30_000);
/** The last words may take so long; the will says the same. */
const FAREWELL = 1_000;
/**
 * Kept samples and answers that wait for a broker; the oldest are dropped: the upload tells of the
 * samples as well.
 */
const MAX_WAITING = 256;
const UNHEARD =
  'the broker takes what is sent, and no control plane has ever confirmed any of it: only the first 256 results are sent. Does one hear this device on this broker? Where there is none, set broker.delivery: puback in agent.yaml.';

/**
 * All that the device publishes to its broker and receives from it: status, states, the outbox,
 * health, samples.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #connection: BrokerConnection;
  readonly #limits: LimitsWatch;
  readonly #publisher: Publisher;
  readonly #deliverer: Deliverer;
  readonly #states: StatePublisher<CameraState>;
  readonly #samples: MessageQueue<Sample>;
  readonly #acks: MessageQueue<Ack>;
  readonly #inbox: Inbox;
  #problem: string | null = null;
  #away: string | null = 'it has not connected yet';
  #closing = false;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const { broker, address, outbox, clock, random, log } = options;
    const client = { broker, clientId: address.device };
    this.#limits = new LimitsWatch({ ...client, monotonic: clock.monotonic, log });
    this.#connection = new BrokerConnection({
      ...client,
      will: {
        topic: buildTopic('status', address),
        payload: encodeMessage('status', this.#status('offline')),
        qos: TOPICS.status.qos,
        retain: TOPICS.status.retained,
      },
      subscriptions: subscriptionsOf(address),
      random,
      onConnect: () => this.#onConnect(),
      onDisconnect: (reason, refused) => this.#onDisconnect(reason, refused),
      onMessage: ({ topic, payload }) => this.#onMessage(topic, payload),
      onClosed: (at, signal) => this.#limits.closed(at, signal),
    });
    const publisher = new Publisher(this.#connection, address);
    this.#publisher = publisher;
    this.#deliverer = new Deliverer({
      outbox,
      delivery: broker.delivery,
      resendAfter: RESEND_AFTER,
      monotonic: clock.monotonic,
      send: (entry, stream, replayed) => publisher.publishEntry(entry, stream, replayed),
      onStaleFile: (through) =>
        log.warn({ through }, 'the outbox is older than what is stored of it: a new stream begins'),
      onUnheard: () => log.warn(UNHEARD),
    });
    this.#states = new StatePublisher((camera, state) =>
      publisher.publish('state', { ...address, camera }, state),
    );
    this.#samples = new MessageQueue(
      (sample) => publisher.publish('samples', address, sample),
      MAX_WAITING,
    );
    this.#acks = new MessageQueue(
      (ack) => publisher.publish('ack', { ...address, commandId: ack.id }, ack),
      MAX_WAITING,
    );
    this.#inbox = {
      delivered: (message) => this.#delivered(message),
      desired: options.onDesired,
      command: options.onCommand,
      status: ({ state }) => {
        // A broker that noticed the last connection's end late publishes its will over our birth.
        if (state === 'offline' && !this.#closing) this.#publishOnline();
      },
    };
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  /** Why the broker does not let it in, and what to do; null: it does, or can't be reached. */
  get problem(): string | null {
    return this.#problem ?? this.#limits.lacking;
  }

  /** What the broker does not grant, though it is needed; null: nothing, as far as it is known. */
  get lacking(): string | null {
    return this.#limits.lacking;
  }

  /** Nobody stores what is sent, and what to do; null: somebody does, or it is not known yet. */
  get unheard(): string | null {
    return this.#deliverer.unheard ? UNHEARD : null;
  }

  /** Why there is no connection; null: there is one. */
  get away(): string | null {
    return this.#away;
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

  /** A sample was kept. */
  announce(sample: Sample): void {
    this.#samples.add(sample);
  }

  acknowledge(ack: Ack): void {
    this.#acks.add(ack);
  }

  /**
   * Publishes what runs, which has changed. Without a connection it is published on the next
   * connect.
   */
  publishReported(): void {
    const { address, reported } = this.#options;
    this.#publisher.publish('reported', address, reported()).catch(() => {});
  }

  /**
   * Publishes all retained messages again, for who has come since: behind a bridge between brokers
   * nothing is retained.
   */
  republishRetained(): void {
    if (!this.connected) return;
    this.#publishOnline();
    this.publishReported();
    this.#states.connected();
  }

  outboxChanged(status: OutboxStatus): void {
    this.#deliverer.outboxChanged(status);
  }

  /** Dropped without a connection, or while the last is on its way: the counters are cumulative. */
  publishHealth(health: Health): Promise<void> {
    return this.#publisher.publishCounters('health', health);
  }

  /** As `publishHealth`, for the counters of candidates. */
  publishShadow(shadow: Shadow): Promise<void> {
    return this.#publisher.publishCounters('shadow', shadow);
  }

  /** Says offline and ends the connection in order. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.connected) {
      const said = this.#publishStatus('offline');
      await Promise.race([said.catch(() => {}), delay(FAREWELL, undefined, { ref: false })]);
    }
    this.#deliverer.close();
    await this.#connection.close();
  }

  #onConnect(): void {
    this.#options.log.info('connected to the broker');
    this.#problem = null;
    this.#away = null;
    this.#limits.connected();
    this.#publishOnline();
    this.publishReported();
    this.#states.connected();
    this.#samples.connected();
    this.#acks.connected();
    this.#deliverer.connected();
    for (const companion of this.#options.companions) companion.connected(this.#connection);
  }

  #onDisconnect(reason: string, refused: Refused | null): void {
    this.#states.disconnected();
    this.#samples.disconnected();
    this.#acks.disconnected();
    this.#deliverer.disconnected();
    const { broker, log, companions } = this.#options;
    for (const companion of companions) companion.disconnected();
    this.#away = reason;
    this.#problem = refused && explainRefusal(broker, refused);
    if (this.#closing) return;
    if (this.#problem) log.error({ reason }, this.#problem);
    else log.warn({ reason }, 'no connection to the broker');
  }

  #onMessage(topic: string, payload: Uint8Array): void {
    if (this.#options.companions.some((companion) => companion.onMessage(topic, payload))) return;
    try {
      dispatchMessage(topic, payload, this.#inbox);
    } catch (error) {
      this.#options.log.warn({ topic, error: (error as Error).message }, 'message ignored');
    }
  }

  #delivered(message: Delivered): void {
    this.#deliverer.delivered(message).catch((error: Error) => {
      this.#options.log.warn({ error: error.message }, 'delivered not applied');
    });
  }

  #publishOnline(): void {
    this.#publishStatus('online').catch(() => {});
  }

  #publishStatus(state: Status['state']): Promise<void> {
    return this.#publisher.publish('status', this.#options.address, this.#status(state));
  }

  #status(state: Status['state']): Status {
    const { bootId, version: agentVersion, clock } = this.#options;
    return state === 'online'
      ? { state, bootId, agentVersion, at: timestamp(clock.now()) }
      : { state, bootId, agentVersion };
  }
}
