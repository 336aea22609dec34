import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Between a client and a server: passes everything on, and cuts every connection once, after so
 * many bytes one way.
 */
export class CuttingProxy {
  readonly #target: () => number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #cut: { direction: 'up' | 'down'; after: number; then: () => void } | null = null;
  /** Bytes to and from the server. */
  up = 0;
  down = 0;

  constructor(target: () => number) {
    this.#target = target;
  }

  async start(): Promise<string> {
    this.#server = createServer((client) => this.#join(client));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Once, after so many bytes from now. */
  cutAfter(direction: 'up' | 'down', bytes: number): Promise<void> {
    return new Promise((then) => {
      this.#cut = { direction, after: this[direction] + bytes, then };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }

  #join(client: Socket): void {
    const server = connect(this.#target(), '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk) => this.#count('up', chunk.length));
    server.on('data', (chunk) => this.#count('down', chunk.length));
    client.pipe(server);
    server.pipe(client);
  }

  #count(direction: 'up' | 'down', bytes: number): void {
    this[direction] += bytes;
    const cut = this.#cut;
    if (cut?.direction !== direction || this[direction] < cut.after) return;
    this.#cut = null;
    for (const socket of this.#sockets) socket.destroy();
    cut.then();
  }
}
