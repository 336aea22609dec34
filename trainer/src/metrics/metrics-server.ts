import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { TrainerError } from '../errors.ts';

export interface MetricsServerOptions {
  readonly registry: Registry;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** `/metrics` of a trainer, for Prometheus: there is no login. */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  #server: Server | null = null;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
  }

  /** @returns the port @throws TrainerError `OPTION_INVALID` */
  async start(): Promise<number> {
    const { registry, host, port } = this.#options;
    const server = createServer(async ({ method, url }, response) => {
      const found = method === 'GET' && url?.split('?')[0] === '/metrics';
      const text = found ? await registry.metrics() : 'Expected GET /metrics\n';
      const type = found ? registry.contentType : 'text/plain';
      response.writeHead(found ? 200 : 404, { 'content-type': type }).end(text);
    });
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      const message = `Expected a free port for --metrics-port, received ${host}:${port}: ${(cause as Error).message}. Choose another, 0 for any.`;
      throw new TrainerError('OPTION_INVALID', message, { cause });
    }
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}
