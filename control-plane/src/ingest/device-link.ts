import { BrokerConnection, type BrokerMessage } from '@edgeloop/broker-connection';
import {
  type Ack,
  type DeviceAddress,
  type EpochMillis,
  type JsonTopicName,
  type MessageOf,
  seconds,
  type TopicAddress,
  topicFilter,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Admissions } from '../accounts/admissions.ts';
import type { DeviceLine } from './device-line.ts';
import { parseRecord } from './parse-record.ts';
import { publishMessage } from './publish-message.ts';

export interface DeviceLinkOptions {
  readonly brokerUrl: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly brokerCa: string | null;
  readonly clientId: string;
  /** Whose answers are taken. */
  readonly admissions: Pick<Admissions, 'admits'>;
  /** A device answers a command. Returns at once. */
  readonly onAck: (address: DeviceAddress, ack: Ack) => void;
  readonly log: Logger;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
}

const KEEPALIVE = seconds(30);

/**
 * The way to devices where other processes ingest: what should run on them and commands go out,
 * answers come in. What else devices say is read from the store.
 */
export class DeviceLink implements DeviceLine {
  readonly #options: DeviceLinkOptions;
  readonly #connection: BrokerConnection;
  #lastLoss: string | null = null;
  #onConnected: () => void = () => {};
  readonly connected = new Promise<void>((resolve) => {
    this.#onConnected = resolve;
  });
  /** Nothing is stored by it. */
  readonly waiting = 0;

  constructor(options: DeviceLinkOptions) {
    const { brokerUrl: url, brokerCa: ca, clientId, random, log } = options;
    this.#options = options;
    this.#connection = new BrokerConnection({
      broker: { url, keepalive: KEEPALIVE, tls: ca === null ? {} : { ca } },
      clientId,
      random,
      subscriptions: [topicFilter('ack')],
      onConnect: () => {
        log.info('connected to the broker');
        this.#onConnected();
      },
      onDisconnect: (reason) => {
        this.#lastLoss = reason;
        log.warn({ reason }, 'no connection to the broker');
      },
      onMessage: (message) => this.#receive(message),
    });
  }

  get problem(): string | null {
    if (this.#connection.connected) return null;
    return `no connection to the broker${this.#lastLoss === null ? '' : `: ${this.#lastLoss}`}`;
  }

  /** Returns at once: the broker may come later. */
  start(): void {
    this.#connection.start();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /**
   * Who ingests asks the database, within each transaction, who is admitted: what was changed holds
   * already.
   */
  async settled(): Promise<void> {}

  publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void> {
    const { problem } = this;
    return publishMessage({ connection: this.#connection, problem }, name, address, message);
  }

  #receive(message: BrokerMessage): void {
    const parsed = parseRecord(message, this.#options.now());
    if (!('answer' in parsed) || !this.#options.admissions.admits(parsed.answer)) return;
    this.#options.onAck(parsed.answer, parsed.answer.message);
  }
}
