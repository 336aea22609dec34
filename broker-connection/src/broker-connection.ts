import { setTimeout as delay } from 'node:timers/promises';
import { backoffDelay, type Millis, RECONNECT } from '@edgeloop/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { addressesOf } from './addresses-of.ts';
import { ConnectionError } from './errors.ts';
import { LateRetained } from './late-retained.ts';
import { readTls, type TlsPaths } from './read-tls.ts';

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker had kept it: it was said some time ago. */
  readonly retained: boolean;
}

export interface ConnectionOptions {
  readonly broker: {
    /**
     * `mqtt`, `mqtts`, `ws` or `wss`; of a cluster several addresses with commas between them:
     * where one fails the next is tried.
     */
    readonly url: string;
    readonly username?: string;
    readonly password?: string;
    /** In place of both; read for each connection; null: none. What it throws ends the attempt. */
    readonly credential?: () => { readonly username: string; readonly password: string } | null;
    /** For `mqtts` and `wss`. */
    readonly tls?: TlsPaths;
    readonly keepalive: Millis;
  };
  readonly clientId: string;
  /** What the broker says when this client goes without a word. */
  readonly will?: { readonly topic: string; readonly payload: string } & PublishOptions;
  readonly subscriptions: readonly string[];
  /** With which they are wanted; 1 where nothing is said. */
  readonly subscriptionQos?: 0 | 1;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Connected and subscribed. */
  readonly onConnect: () => void;
  /**
   * From now on publishes are refused; those on their way are refused after it returns.
   * @param refused The broker did not let in who connects; null: something else happened.
   */
  readonly onDisconnect: (reason: string, refused: Refused | null) => void;
  /**
   * The next message waits for the promise, and so, in the end, does who sends them: that is the
   * back-pressure. A retained message that comes after a newer one of its topic is left out.
   */
  readonly onMessage: (message: BrokerMessage) => void | Promise<void>;
  /** The connection ended without a word; waited for before the next is tried. */
  readonly onClosed?: (address: string, signal: AbortSignal) => Promise<void>;
}

export interface Refused {
  /** Null: it connected without one. */
  readonly username: string | null;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** Of CONNACK: bad user name or password; not authorized. [MQTT-3.2.2.3] */
const REFUSALS: readonly unknown[] = [4, 5];
const CLOSED = 'the connection was closed';
const CONNECT_TIMEOUT = 10_000;
/** A connection that held for so long begins the backoff anew. */
const STABLE = 30_000;

/**
 * A client's connection to its broker, which comes back by itself. Each attempt is a new client
 * with a clean session, so that nothing piles up in MQTT.js' own store: what must not be lost is
 * kept by who publishes it. Publishes are refused while there is no connection.
 */
export class BrokerConnection {
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #client: MqttClient | null = null;
  #connects = 0;
  #running: Promise<void> = Promise.resolve();
  #losses = new Set<(error: ConnectionError) => void>();

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
   * @throws ConnectionError `CONNECTION_LOST` when there is no connection or it is lost before.
   */
  publish(
    topic: string,
    payload: string | Uint8Array,
    { qos, retain }: PublishOptions,
  ): Promise<void> {
    const client = this.#client;
    if (!client) return Promise.reject(lost('there is no connection'));
    return new Promise((resolve, reject) => {
      const settle = (error?: Error | null) => {
        this.#losses.delete(settle);
        if (error) reject(error instanceof ConnectionError ? error : lost(error.message));
        else resolve();
      };
      this.#losses.add(settle);
      client.publish(topic, asBuffer(payload), { qos, retain }, settle);
    });
  }

  /**
   * For as long as this connection holds, beside `subscriptions`, of which none may be refused.
   * @returns whether the broker grants it
   * @throws ConnectionError `CONNECTION_LOST`
   */
  subscribe(filter: string): Promise<boolean> {
    const client = this.#client;
    if (!client) return Promise.reject(lost('there is no connection'));
    return new Promise((resolve, reject) => {
      client.subscribe(filter, { qos: 1 }, (error, _granted, answer) => {
        if (!error) resolve(true);
        else if (answer) resolve(false);
        else reject(lost(error.message));
      });
    });
  }

  /** Ends the connection in order: the broker does not publish the will. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Ends it without a word, as a power cut does: the broker publishes the will. */
  async drop(): Promise<void> {
    this.#client?.stream.destroy();
    await this.close();
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#closing;
    const addresses = addressesOf(this.#options.broker.url);
    for (let attempt = 0, at = 0; !signal.aborted; attempt++, at++) {
      const begun = performance.now();
      const address = addresses[at % addresses.length] as string;
      const connected = await this.#connectOnce(address, signal);
      if (signal.aborted) return;
      if (connected && performance.now() - begun >= STABLE) attempt = 0;
      // All of them are tried before any is waited for longer.
      const round = Math.floor(attempt / addresses.length);
      const wait = backoffDelay(RECONNECT, round, this.#options.random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection from its beginning to its end. @returns whether it came about */
  async #connectOnce(address: string, signal: AbortSignal): Promise<boolean> {
    const { broker } = this.#options;
    let client: MqttClient;
    try {
      const files = { ...(await readTls(broker.tls ?? {})), ...broker.credential?.() };
      client = connect(address, { ...this.#clientOptions(), ...files });
    } catch (error) {
      this.#options.onDisconnect((error as Error).message, null);
      return false;
    }
    return this.#liveOnce(address, client, signal);
  }

  async #liveOnce(address: string, client: MqttClient, signal: AbortSignal): Promise<boolean> {
    const { onDisconnect, onClosed } = this.#options;
    const { ended, end, release } = endOf(client, signal);
    this.#passOn(client);
    client.on('connect', () => this.#subscribeAll(client, end));
    const { reason, code } = await ended;
    release();
    const connected = this.#client === client;
    this.#client = null;
    // First: who publishes again whatever failed would believe that it is connected.
    const username = client.options.username ?? null;
    onDisconnect(reason, REFUSALS.includes(code) ? { username } : null);
    for (const settle of [...this.#losses]) settle(lost(reason));
    if (signal.aborted && client.connected) await endInOrder(client);
    else client.end(true);
    if (reason === CLOSED) await onClosed?.(address, signal);
    return connected;
  }

  /** What comes, one message after another. */
  #passOn(client: MqttClient): void {
    const { onMessage } = this.#options;
    const late = new LateRetained(performance.now());
    client.handleMessage = ({ topic, retain: retained, payload }, done) => {
      if (late.isLate(topic, retained, performance.now())) {
        done();
        return;
      }
      const message = { topic, payload: asBytes(payload), retained };
      Promise.resolve(onMessage(message)).then(() => done(), done);
    };
  }

  /** Connected is who is subscribed, too. */
  #subscribeAll(client: MqttClient, end: (how: ConnectionEnd) => void): void {
    const { subscriptions, subscriptionQos: qos = 1, onConnect } = this.#options;
    client.subscribe([...subscriptions], { qos }, (error, _asked, answer) => {
      if (error || client.disconnecting || !client.connected) {
        // First: its end is told as one that nobody knows the reason of.
        if (error && answer) end({ reason: refusalOf(subscriptions, answer.granted, error) });
        client.end(true);
        return;
      }
      this.#client = client;
      this.#connects += 1;
      onConnect();
    });
  }

  #clientOptions(): IClientOptions {
    const { broker, clientId, will } = this.#options;
    return {
      clientId,
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
      ...(will && { will: { ...will, payload: Buffer.from(will.payload) } }),
    };
  }
}

interface ConnectionEnd {
  readonly reason: string;
  readonly code?: unknown;
}

/**
 * How a client's connection ends: by itself, by the signal or by `end`, whichever comes first.
 * @returns `release` lets go of the signal: a year of attempts must not leave a year of listeners
 */
function endOf(client: MqttClient, signal: AbortSignal) {
  let end = (_how: ConnectionEnd) => {};
  const ended = new Promise<ConnectionEnd>((resolve) => {
    end = resolve;
  });
  const onAbort = () => end({ reason: 'closing' });
  client.on('error', (error) => {
    const { code } = error as { code?: unknown };
    end({ reason: error.message || String(code), code });
  });
  client.on('close', () => end({ reason: CLOSED }));
  signal.addEventListener('abort', onAbort, { once: true });
  return { ended, end, release: () => signal.removeEventListener('abort', onAbort) };
}

const asBuffer = (payload: string | Uint8Array): Buffer | string =>
  typeof payload === 'string'
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);

const asBytes = (payload: string | Uint8Array): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;

async function endInOrder(client: MqttClient): Promise<void> {
  await Promise.race([client.endAsync(), delay(500, undefined, { ref: false })]);
  client.end(true);
}

/** @param granted of SUBACK: a code for each filter; from 128 on it is refused. [MQTT-3.9.3-2] */
function refusalOf(filters: readonly string[], granted: readonly unknown[], error: Error): string {
  const refused = filters.filter((_, i) => Number(granted[i]) >= 0x80);
  return `subscription refused: ${refused.length > 0 ? refused.join(', ') : error.message}`;
}

function lost(reason: string): ConnectionError {
  return new ConnectionError(
    'CONNECTION_LOST',
    `Expected a connection to the broker: ${reason}. It is tried again by itself.`,
  );
}
