import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Millis, mebibytes } from '@edgeloop/protocol';
import { Aedes } from 'aedes';
import { ControlPlaneError } from '../errors.ts';
import { PacketGuard } from './packet-guard.ts';
import type { PacketLimits, Refusal } from './packet-rules.ts';

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly limits: PacketLimits;
  /** Connections beyond are closed at once. */
  readonly maxConnections: number;
  /** A client must have said CONNECT by then. */
  readonly connectTimeout: Millis;
  /** A client that reads nothing for so long is cut: it would hold up the others. */
  readonly drainTimeout: Millis;
  readonly onRefused: (reason: Refusal | 'too-many-connections') => void;
}

/** What the control plane uses unless a test wants less. */
export const BROKER_LIMITS: PacketLimits = {
  connect: mebibytes(1 / 64),
  packet: mebibytes(1 / 4),
};

/** aedes on TCP, behind a guard. MQTT 3.1 and 3.1.1; sessions and retained messages live in memory. */
export class EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #servers: Server[] = [];
  #aedes: Aedes | null = null;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /**
   * Serves this process alone, on a loopback port of the system's choice, so that ingest has subscribed before the first
   * device can say a word.
   * @returns that port
   */
  async start(): Promise<number> {
    const { connectTimeout, drainTimeout } = this.#options;
    this.#aedes = await Aedes.createBroker({ connectTimeout, drainTimeout });
    return this.#listen('127.0.0.1', 0);
  }

  /** Serves everyone. @returns the port @throws ControlPlaneError `MQTT_UNAVAILABLE` */
  async open(): Promise<number> {
    const { host, port } = this.#options;
    try {
      return await this.#listen(host, port);
    } catch (cause) {
      throw new ControlPlaneError(
        'MQTT_UNAVAILABLE',
        `Expected a free port for MQTT, received ${host}:${port}: ${(cause as Error).message}. Choose another with --mqtt-port, 0 for any, or use the broker there with --broker mqtt://${host}:${port}.`,
        { cause },
      );
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const aedes = this.#aedes;
    this.#aedes = null;
    const gone = this.#servers.splice(0).map((server) => server.close() && once(server, 'close'));
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    await Promise.all(gone);
  }

  async #listen(host: string, port: number): Promise<number> {
    const server = createServer((socket) => this.#welcome(socket));
    server.maxConnections = this.#options.maxConnections;
    server.on('drop', () => this.#options.onRefused('too-many-connections'));
    server.listen(port, host);
    await once(server, 'listening');
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  #welcome(socket: Socket): void {
    socket.setNoDelay(true);
    this.#aedes?.handle(new PacketGuard(socket, this.#options.limits, this.#options.onRefused));
  }
}
