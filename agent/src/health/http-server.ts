import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/fill-page.ts';
import { AgentError } from '../errors.ts';
import type { LocalPage } from '../local-page/local-page.ts';
import { isTrustedHost } from '../local-page/trusted-host.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What is wrong; empty when all is well. */
  readonly problems: () => readonly string[];
  /** More for `/healthz` to say. */
  readonly details: () => object;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** Null: there is none. */
  readonly page: Pick<LocalPage, 'handle'> | null;
  /** By which this machine may be called, beside `localhost`, where only it can ask. */
  readonly names: readonly string[];
}

const SELF = 'http://localhost';

/** `/healthz` and `/metrics`, which have no login, and the local page. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  #server: Server | null = null;

  constructor(options: HttpServerOptions) {
    this.#options = options;
  }

  /** @returns the port @throws AgentError `HTTP_UNAVAILABLE` */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    const server = createServer((request, response) => {
      try {
        this.#answer(request, response);
      } catch (error) {
        // Who looks must not end what is looked at.
        replyError(response, error as Error);
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        const message = `Expected a free port for http, received ${host}:${port}: ${cause.message}. Choose another http.port, 0 for any, or http: off.`;
        reject(new AgentError('HTTP_UNAVAILABLE', message, { cause }));
      });
      server.listen(port, host, resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { host, names, page } = this.#options;
    const path = request.url ?? '/';
    if (!URL.canParse(path, SELF)) {
      reply(response, 400, 'application/json', '{"error":"expected a path"}');
      return;
    }
    const url = new URL(path, SELF);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      reply(response, 405, 'application/json', '{"error":"GET or HEAD only"}');
    } else if (page?.handle(url, request, response)) return;
    else if (isLoopback(host) && !isTrustedHost(request.headers.host, ['localhost', ...names])) {
      reply(
        response,
        421,
        'application/json',
        '{"error":"expected localhost or an address as Host"}',
      );
    } else if (url.pathname === '/healthz') this.#health(response);
    else if (url.pathname === '/metrics') void this.#metrics(response);
    else {
      const paths = page ? '/, /healthz or /metrics' : '/healthz or /metrics';
      reply(response, 404, 'application/json', JSON.stringify({ error: `expected ${paths}` }));
    }
  }

  #health(response: ServerResponse): void {
    const problems = this.#options.problems();
    const body = JSON.stringify({
      ok: problems.length === 0,
      problems,
      ...this.#options.details(),
    });
    reply(response, problems.length === 0 ? 200 : 503, 'application/json', body);
  }

  async #metrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.#options.metrics();
      reply(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
    } catch (error) {
      replyError(response, error as Error);
    }
  }
}

function replyError(response: ServerResponse, { message }: Error): void {
  reply(response, 500, 'application/json', JSON.stringify({ error: message }));
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
