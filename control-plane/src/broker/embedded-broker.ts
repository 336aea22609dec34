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
  #aedes: Aedes | null = null;
  #server: Server | null = null;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** @returns the port @throws ControlPlaneError `MQTT_UNAVAILABLE` */
  async start(): Promise<number> {
    const { host, port, maxConnections, connectTimeout, drainTimeout } = this.#options;
    const aedes = await Aedes.createBroker({ connectTimeout, drainTimeout });
    this.#aedes = aedes;
    const server = createServer((socket) => this.#welcome(aedes, socket));
    server.maxConnections = maxConnections;
    server.on('drop', () => this.#options.onRefused('too-many-connections'));
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (cause) {
      await this.close();
      throw new ControlPlaneError(
        'MQTT_UNAVAILABLE',
        `Expected a free port for MQTT, received ${host}:${port}: ${(cause as Error).message}. Choose another with --mqtt-port, 0 for any, or use the broker there with --broker mqtt://${host}:${port}.`,
        { cause },
      );
    }
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#server = null;
    this.#aedes = null;
    const gone = server && new Promise((resolve) => server.close(resolve));
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    await gone;
  }

  #welcome(aedes: Aedes, socket: Socket): void {
    socket.setNoDelay(true);
    aedes.handle(new PacketGuard(socket, this.#options.limits, this.#options.onRefused));
  }
}
