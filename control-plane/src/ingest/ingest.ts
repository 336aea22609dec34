import { setTimeout as delay } from 'node:timers/promises';
import { BrokerConnection, type BrokerMessage } from '@edgeloop/broker-connection';
import {
  type Ack,
  backoffDelay,
  type DeviceAddress,
  type EpochMillis,
  type JsonTopicName,
  type MessageOf,
  millis,
  RECONNECT,
  seconds,
  type TopicAddress,
  topicFilter,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Admissions } from '../accounts/admissions.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { StoreRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { BatchQueue } from './batch-queue.ts';
import { DeliveredWord } from './delivered-word.ts';
import type { DeviceLine } from './device-line.ts';
import { HEARD, parseRecord } from './parse-record.ts';
import { publishMessage } from './publish-message.ts';
import { RateLimit } from './rate-limit.ts';
import { RecordCommits } from './record-commits.ts';

export interface IngestOptions {
  /** Of the embedded broker or of another: to this class they are the same. */
  readonly brokerUrl: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly brokerCa: string | null;
  readonly clientId: string;
  /** 0: of a broker that loses nothing on the way to this process. */
  readonly subscriptionQos?: 0 | 1;
  readonly store: Pick<Store, 'commit' | 'watermarks' | 'forgetStates'>;
  /**
   * Whose messages are taken, whatever the broker let through; and who is told how far it is
   * stored.
   */
  readonly admissions: Pick<Admissions, 'admits'>;
  /**
   * Of several processes that may ingest this is one: its store asks the database who is admitted,
   * and whether it is still its turn.
   */
  readonly shared?: {
    /** False: another may have told devices more by now. */
    readonly mayTell: () => boolean;
  };
  /** Of each batch, when it is on disk. */
  readonly onBatch: (batch: readonly StoreRecord[]) => void;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
  /** False: the disk is nearly full. Nothing is stored then, and nothing confirmed. */
  readonly mayStore: () => boolean;
  /** Detections were stored. */
  readonly onStored: () => void;
  /** A device answers a command. Returns at once. */
  readonly onAck: (address: DeviceAddress, ack: Ack) => void;
}

const QUEUE_BOUND = 4096;
const LARGEST_BATCH = 1024;
const LINGER = millis(4);
const KEEPALIVE = seconds(30);
/** An invalid message is counted; of its kind one in so long is written to the log. */
const LOG_EVERY = seconds(60);

/**
 * Takes what devices publish into the store, and tells them how far they are stored. An ordinary
 * MQTT client, connected only while the store works: what comes in otherwise is not confirmed, and
 * devices send it again.
 */
export class Ingest implements DeviceLine {
  readonly #options: IngestOptions;
  readonly #queue: BatchQueue<StoreRecord>;
  readonly #delivered: DeliveredWord;
  readonly #closing = new AbortController();
  readonly #warnings: RateLimit;
  #connection: BrokerConnection | null = null;
  #running: Promise<void> = Promise.resolve();
  #lastLoss: string | null = null;
  #onStoreFailed: () => void = () => {};
  #onConnected: () => void = () => {};
  readonly connected = new Promise<void>((resolve) => {
    this.#onConnected = resolve;
  });

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#warnings = new RateLimit(LOG_EVERY, options.now);
    const commits = new RecordCommits({
      ...options,
      warnings: this.#warnings,
      onCommitted: (batch, { watermarks, stored }) => {
        this.#delivered.offer(watermarks);
        if (stored > 0) options.onStored();
        options.onBatch(batch);
      },
    });
    this.#queue = new BatchQueue({
      bound: QUEUE_BOUND,
      largestBatch: LARGEST_BATCH,
      linger: LINGER,
      commit: (batch) => commits.commit(batch),
      onFailure: (error, dropped) => {
        options.log.error({ error: (error as Error).message, dropped }, 'nothing is stored');
        this.#onStoreFailed();
      },
    });
    this.#delivered = new DeliveredWord({
      now: options.now,
      admits: (address) => options.admissions.admits(address),
      mayTell: () => options.shared?.mayTell() ?? true,
      publish: async (topic, payload, { qos, retain }) =>
        this.#connection?.publish(topic, payload, { qos, retain }),
    });
  }

  get problem(): string | null {
    if (this.#connection?.connected) return null;
    return `no connection to the broker${this.#lastLoss === null ? '' : `: ${this.#lastLoss}`}`;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void> {
    const { problem } = this;
    return publishMessage({ connection: this.#connection, problem }, name, address, message);
  }

  /** Returns at once: the broker may come later. */
  start(): void {
    this.#running = this.#run();
  }

  /** Stores what came in, then ends the connection in order. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const worked = this.#options.mayStore() && (await this.#forget());
      if (signal.aborted) return;
      if (worked) {
        attempt = 0;
        await this.#connectedWhileStoring(signal);
      }
      if (signal.aborted) return;
      const wait = backoffDelay(RECONNECT, attempt, this.#options.random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  async #connectedWhileStoring(signal: AbortSignal): Promise<void> {
    const { brokerUrl, brokerCa: ca, clientId, random, shared } = this.#options;
    const { subscriptionQos = 1 } = this.#options;
    const connection = new BrokerConnection({
      broker: { url: brokerUrl, keepalive: KEEPALIVE, tls: ca === null ? {} : { ca } },
      clientId,
      subscriptionQos,
      subscriptions: HEARD.filter((name) => name !== 'ack' || !shared).map((name) =>
        topicFilter(name),
      ),
      random,
      onConnect: () => void this.#greet(),
      onDisconnect: (reason) => this.#disconnected(reason),
      onMessage: (message) => this.#receive(message),
    });
    this.#connection = connection;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#onStoreFailed = end;
    signal.addEventListener('abort', end, { once: true });
    connection.start();
    await over;
    signal.removeEventListener('abort', end);
    await this.#queue.drained();
    await connection.close();
    this.#connection = null;
  }

  async #greet(): Promise<void> {
    const { store, log } = this.#options;
    log.info('connected to the broker');
    this.#onConnected();
    try {
      this.#delivered.greet(await store.watermarks());
    } catch {
      this.#onStoreFailed();
    }
  }

  #disconnected(reason: string): void {
    this.#lastLoss = reason;
    if (this.#closing.signal.aborted) return;
    this.#options.log.warn({ reason }, 'no connection to the broker');
    void this.#forget();
  }

  /** @returns whether the store works */
  async #forget(): Promise<boolean> {
    try {
      await this.#options.store.forgetStates();
      return true;
    } catch {
      return false;
    }
  }

  #receive(message: BrokerMessage): Promise<void> | undefined {
    const { metrics, now } = this.#options;
    const parsed = parseRecord(message, now());
    if ('invalid' in parsed) {
      const { code, message: text } = parsed.invalid;
      this.#ignore(message, code, code, text);
      return undefined;
    }
    const said = 'answer' in parsed ? parsed.answer : parsed.record;
    if (!said) return undefined;
    if (!this.#options.shared && !this.#options.admissions.admits(said)) {
      const text = `expected an enrolled device of site ${said.site} that is not revoked, received ${said.device}`;
      this.#ignore(message, 'DEVICE_NOT_ADMITTED', said.device, text);
      return undefined;
    }
    metrics.messages.inc({ topic: said.name });
    if (said.name !== 'ack') return this.#queue.push(said);
    this.#options.onAck(said, said.message);
    return undefined;
  }

  /** @param key of the warning: one a minute */
  #ignore({ topic }: BrokerMessage, code: string, key: string, reason: string): void {
    const { metrics, log } = this.#options;
    metrics.invalid.inc({ reason: code });
    if (this.#warnings.mayPass(key)) {
      log.warn({ topic: topic.slice(0, 200), reason }, 'message ignored');
    }
  }
}
