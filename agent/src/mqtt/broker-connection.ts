import { setTimeout as delay } from 'node:timers/promises';
import {
  buildTopic,
  type DeviceAddress,
  encodeMessage,
  type Status,
  TOPICS,
} from '@edgeloop/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { BrokerConfig } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { backoffDelay, RECONNECT } from '../retry/backoff.ts';

export interface ConnectionOptions {
  readonly broker: BrokerConfig;
  readonly address: DeviceAddress;
  /** What the broker says when this device goes without a word. */
  readonly will: Status;
  readonly subscriptions: readonly string[];
  readonly random: () => number;
  /** Connected and subscribed. */
  readonly onConnect: () => void;
  readonly onDisconnect: (reason: string) => void;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

const CONNECT_TIMEOUT = 10_000;
/** A connection that held for so long begins the backoff anew. */
const STABLE = 30_000;

/**
 * One device's connection to its broker. Each attempt is a new client with a clean session, so that nothing piles up in
 * a client's own store: what must not be lost is in the outbox. Publishes are refused while there is no connection.
 */
export class BrokerConnection {
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #client: MqttClient | null = null;
  #connects = 0;
  #running: Promise<void> = Promise.resolve();
  #losses = new Set<(error: AgentError) => void>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#client !== null;
  }

  /** How often a connection was made. */
  get connects(): number {
    return this.#connects;
  }

  start(): void {
    this.#running = this.#keepConnected();
  }

  /**
   * Resolves when the broker took the message (QoS 1) or it was written (QoS 0).
   * @throws AgentError `CONNECTION_LOST` when there is no connection or it is lost before.
   */
  publish(topic: string, payload: string, { qos, retain }: PublishOptions): Promise<void> {
    const client = this.#client;
    if (!client) return Promise.reject(lost('there is no connection'));
    return new Promise((resolve, reject) => {
      const settle = (error?: Error | null) => {
        this.#losses.delete(settle);
        if (error) reject(error instanceof AgentError ? error : lost(error.message));
        else resolve();
      };
      this.#losses.add(settle);
      client.publish(topic, payload, { qos, retain }, settle);
    });
  }

  /** Ends the connection in order: the broker does not publish the will. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const begun = performance.now();
      const connected = await this.#connectOnce(signal);
      if (signal.aborted) return;
      if (connected && performance.now() - begun >= STABLE) attempt = 0;
      const wait = backoffDelay(RECONNECT, attempt, this.#options.random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection from its beginning to its end. @returns whether it came about */
  async #connectOnce(signal: AbortSignal): Promise<boolean> {
    const { broker, subscriptions, onConnect, onDisconnect, onMessage } = this.#options;
    const client = connect(broker.url, this.#clientOptions());
    let onAbort = () => {};
    const ended = new Promise<string>((resolve) => {
      onAbort = () => resolve('closing');
      client.on('error', (error) =>
        resolve(error.message || String((error as { code?: string }).code)),
      );
      client.on('close', () => resolve('the connection was closed'));
      signal.addEventListener('abort', onAbort, { once: true });
    });
    client.on('message', (topic, payload) => onMessage(topic, payload));
    client.on('connect', () => {
      client.subscribe([...subscriptions], { qos: 1 }, (error) => {
        if (error || client.disconnecting || !client.connected) {
          client.end(true);
          return;
        }
        this.#client = client;
        this.#connects += 1;
        onConnect();
      });
    });
    const reason = await ended;
    // A year of attempts must not leave a year of listeners.
    signal.removeEventListener('abort', onAbort);
    const connected = this.#client === client;
    this.#client = null;
    for (const settle of [...this.#losses]) settle(lost(reason));
    if (signal.aborted && client.connected) await endInOrder(client);
    else client.end(true);
    onDisconnect(reason);
    return connected;
  }

  #clientOptions(): IClientOptions {
    const { broker, address, will } = this.#options;
    const { qos, retained } = TOPICS.status;
    return {
      clientId: address.device,
      ...(broker.username !== undefined && { username: broker.username }),
      ...(broker.password !== undefined && { password: broker.password }),
      protocolVersion: 4,
      clean: true,
      keepalive: Math.max(1, Math.round(broker.keepalive / 1000)),
      connectTimeout: CONNECT_TIMEOUT,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      timerVariant: 'native',
      will: {
        topic: buildTopic('status', address),
        payload: Buffer.from(encodeMessage('status', will)),
        qos,
        retain: retained,
      },
    };
  }
}

/** A DISCONNECT packet, and no longer than a moment for it. */
async function endInOrder(client: MqttClient): Promise<void> {
  await Promise.race([client.endAsync(), delay(500, undefined, { ref: false })]);
  client.end(true);
}

function lost(reason: string): AgentError {
  return new AgentError(
    'CONNECTION_LOST',
    `Expected a connection to the broker: ${reason}. It is tried again by itself.`,
  );
}
