import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mayUse } from '../access/roles.ts';
import type { TokenStore } from '../access/token-store.ts';
import { ControlPlaneError } from '../errors.ts';

export interface IngestPageOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
  readonly problems: () => readonly string[];
  /** False: it stands by. */
  readonly holds: () => boolean;
  readonly tokens: Pick<TokenStore, 'authenticate'>;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

/**
 * `/healthz` and, for a token of the API that may read, `/metrics` of a process that ingests: as
 * the API has them.
 * @throws ControlPlaneError `HTTP_UNAVAILABLE`
 */
export async function openIngestPage(options: IngestPageOptions): Promise<Server> {
  const { host, port } = options;
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.writeHead(503).end());
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return server;
  } catch (cause) {
    const message = `Expected a free port for /healthz and /metrics, received ${host}:${port}: ${(cause as Error).message}. Choose another with --port, 0 for any.`;
    throw new ControlPlaneError('HTTP_UNAVAILABLE', message, { cause });
  }
}

async function answer(
  { version, problems, holds, tokens, metrics }: IngestPageOptions,
  { url, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (url === '/healthz') {
    const found = problems();
    const status = { ok: found.length === 0, version, ingests: holds(), problems: found };
    response.writeHead(status.ok ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status));
    return;
  }
  if (url !== '/metrics') {
    response.writeHead(404).end();
    return;
  }
  const [, secret = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const who = await tokens.authenticate(secret);
  if (!who || !mayUse(who, 'viewer')) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(await metrics());
}
