import { randomBytes } from 'node:crypto';
import { epochMillis, type Millis, millis } from '@edgeloop/protocol';
import { Aedes, type Client } from 'aedes';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Access, Identity } from './access/access.ts';
import { CONNECT_RATES, ConnectLimits, type ConnectRates } from './access/connect-limits.ts';
import { Gate, sessionId } from './access/gate.ts';
import { gateHooks } from './access/gate-hooks.ts';
import type { GateRefusal } from './access/gate-refusal.ts';
import { PacketGuard } from './guard/packet-guard.ts';
import type { PacketLimits } from './guard/packet-limits.ts';
import type { Refusal } from './guard/refusal.ts';
import type { Refused } from './guard/refused.ts';
import { BrokerPersistence } from './persistence/broker-persistence.ts';
import { type Journal, NO_JOURNAL } from './persistence/journal.ts';
import {
  type Loss,
  PERSISTENCE_LIMITS,
  type PersistenceLimits,
} from './persistence/persistence-limits.ts';
import type { Arrival, Listener } from './transport/arrival.ts';
import type { ListenOptions, OptionPrefix } from './transport/listen.ts';
import { listenTcp } from './transport/listen-tcp.ts';
import { listenTls } from './transport/listen-tls.ts';
import { listenWebSocket } from './transport/listen-websocket.ts';
import type { TlsFiles } from './transport/tls-files.ts';

/** Where the broker listens. A port of 0 is any free one, null none. */
export interface BrokerListeners {
  readonly host: string;
  /** Without TLS. */
  readonly port: number | null;
  /** With TLS. */
  readonly tlsPort: number | null;
  /** WebSocket, with TLS where there are files for it. */
  readonly webSocketPort: number | null;
  readonly tls: TlsFiles | null;
  /** Of the options that say all this: errors name them. */
  readonly optionPrefix: OptionPrefix;
}

export interface BrokerPorts {
  readonly mqtt: number | null;
  readonly mqtts: number | null;
  readonly webSocket: number | null;
}

export interface EmbeddedBrokerOptions<Who extends Identity = Identity> {
  readonly listeners: BrokerListeners;
  readonly access: Access<Who>;
  readonly limits: PacketLimits;
  /** The most connections to each port. */
  readonly maxConnections: number;
  /** A client must have said CONNECT by then. */
  readonly connectTimeout: Millis;
  /** A client that reads nothing for so long is cut: it would hold up the others. */
  readonly drainTimeout: Millis;
  /** `of`: unknown of a connection that came to nothing. */
  readonly onRefused: (reason: Refusal | GateRefusal, of?: Partial<Refused>) => void;
  /** Retained messages and sessions are in memory alone without one. */
  readonly journal?: Journal;
  readonly persistence?: PersistenceLimits;
  readonly onLoss?: (loss: Loss) => void;
  readonly rates?: ConnectRates;
  /** By which sessions grow old; without it, by the clock alone. */
  readonly time?: BoundedTime;
  /**
   * aedes says so often that it lives; four times that after a crash, wills of those who did not
   * come back are published.
   */
  readonly heartbeat?: Millis;
}

const clock = () => epochMillis(Date.now());
const WALL_CLOCK: BoundedTime = { earliest: clock, latest: clock };
const HEARTBEAT = millis(15_000);
/** MQTT 3.1 allows 23 characters, and its clients send more. */
const MAX_CLIENT_ID = 65_535;
/**
 * Of messages on their way to their readers. With a bound they stand in one queue for all, and the
 * word that a device's results are stored waits behind thousands of results of others. What one
 * client has on its way is bounded by itself: it is read when that has left.
 */
const NO_COMMON_QUEUE = 0;
/** QoS 2 messages of one client that wait for their PUBREL. */
const MAX_INCOMING = 100;

/** aedes behind a guard and a gate: MQTT 3.1 and 3.1.1 over TCP, TLS and WebSocket. */
export class EmbeddedBroker<Who extends Identity = Identity> {
  readonly #options: EmbeddedBrokerOptions<Who>;
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #listeners: Listener[] = [];
  readonly #gate: Gate<Who>;
  readonly #connects: ConnectLimits;
  readonly #persistence: BrokerPersistence;
  #aedes: Aedes | null = null;
  #ports: BrokerPorts | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: EmbeddedBrokerOptions<Who>) {
    const { access, onRefused, rates = CONNECT_RATES } = options;
    this.#options = options;
    this.#connects = new ConnectLimits(rates, () => millis(performance.now()));
    this.#gate = new Gate({ access, onRefused, limits: this.#connects, secret: this.#secret });
    this.#persistence = new BrokerPersistence({
      journal: options.journal ?? NO_JOURNAL,
      limits: options.persistence ?? PERSISTENCE_LIMITS,
      time: options.time ?? WALL_CLOCK,
      maySubscribe: (client, filter) => this.#gate.maySubscribe(client as Client, filter),
      onLoss: options.onLoss ?? (() => {}),
    });
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** What it keeps at the moment. */
  get kept(): { readonly retained: number; readonly sessions: number; readonly waiting: number } {
    const { retainedMessages: retained, sessions, waitingMessages: waiting } = this.#persistence;
    return { retained, sessions, waiting };
  }

  /**
   * Serves this process alone, on a loopback port of the system's choice, so that ingest has
   * subscribed before the first device can say a word.
   * @returns the URL, with a password that is made anew each time @throws ControlPlaneError
   * `DATA_UNUSABLE`
   */
  async start(): Promise<string> {
    const { connectTimeout, drainTimeout, heartbeat = HEARTBEAT } = this.#options;
    this.#aedes = await Aedes.createBroker({
      connectTimeout,
      drainTimeout,
      heartbeatInterval: heartbeat,
      maxClientsIdLength: MAX_CLIENT_ID,
      maxInflightInbound: MAX_INCOMING,
      concurrency: NO_COMMON_QUEUE,
      persistence: this.#persistence,
      ...gateHooks(this.#gate),
    });
    this.#aedes.on('unsubscribe', (filters, client) => this.#gate.unsubscribe(client, filters));
    this.#aedes.on('clientDisconnect', ({ id }) => this.#persistence.see(id));
    const own = { ...this.#listenOptions('127.0.0.1', 0), mayArrive: () => true };
    const listener = await listenTcp(own, (arrival) => this.#welcome(arrival), true);
    this.#listeners.push(listener);
    return `mqtt://edgeloop:${this.#secret}@127.0.0.1:${listener.port}`;
  }

  /** Serves everyone. @throws ControlPlaneError `MQTT_UNAVAILABLE`, `OPTION_INVALID` */
  async open(): Promise<BrokerPorts> {
    const { host, port, tlsPort, webSocketPort, tls } = this.#options.listeners;
    const welcome = (arrival: Arrival) => this.#welcome(arrival);
    const maxMessage = this.#options.limits.packet;
    const add = (listener: Listener) => {
      this.#listeners.push(listener);
      return listener.port;
    };
    const listenOn = (port: number) => this.#listenOptions(host, port);
    this.#ports = {
      mqtt: port === null ? null : add(await listenTcp(listenOn(port), welcome)),
      mqtts:
        tlsPort === null || tls === null
          ? null
          : add(await listenTls(listenOn(tlsPort), tls, welcome)),
      webSocket:
        webSocketPort === null
          ? null
          : add(await listenWebSocket({ ...listenOn(webSocketPort), maxMessage }, tls, welcome)),
    };
    return this.#ports;
  }

  /** Null: it serves this process alone. */
  get ports(): BrokerPorts | null {
    return this.#ports;
  }

  /**
   * New connections are made with what the certificate files say now.
   * @throws ControlPlaneError `OPTION_INVALID`
   */
  reloadCertificates(): void {
    for (const listener of this.#listeners) listener.reload?.();
  }

  /** Cuts every connection of a name, and ends its sessions: what waited for it is dropped. */
  async disconnect(name: string): Promise<void> {
    const clients = this.#gate.cut(name);
    await Promise.all(clients.map((client) => new Promise<void>((done) => client.close(done))));
    await this.#persistence.endSessions((id) => id.startsWith(sessionId(name, '')));
  }

  /** Idempotent. Those who are connected are taken for gone: their wills are published. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const aedes = this.#aedes;
    const gone = this.#listeners.splice(0).map((listener) => listener.close());
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    this.#aedes = null;
    await Promise.all(gone);
    if (aedes) await this.#persistence.destroy();
  }

  #listenOptions(host: string, port: number): ListenOptions {
    const { maxConnections, connectTimeout, onRefused } = this.#options;
    const mayArrive = (address: string) => this.#connects.mayArrive(address);
    const { optionPrefix } = this.#options.listeners;
    return { host, port, optionPrefix, maxConnections, connectTimeout, mayArrive, onRefused };
  }

  #welcome(arrival: Arrival): void {
    const { limits, onRefused } = this.#options;
    if (this.#aedes) this.#aedes.handle(new PacketGuard(arrival, limits, onRefused));
    else arrival.stream.destroy();
  }
}
