import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { EdgeloopError, MAX_SAMPLE_BYTES } from '@edgeloop/protocol';
import type { Logger } from 'pino';

/** Beside the state: who may write there, may ask the agent. */
export const socketPath = (state: string): string => join(state, 'control.sock');

/** What is asked: options by name, and a body where there is one. */
export interface ControlRequest {
  readonly options: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** @returns what is answered, as JSON @throws EdgeloopError which is answered as it is */
export type ControlHandler = (asked: ControlRequest) => Promise<unknown>;

/** The end of `sockaddr_un.sun_path`, with its zero: unix(7). */
const LONGEST_PATH = 107;

/**
 * What the command line asks of the agent that runs: HTTP over a Unix socket, which no browser and
 * no other machine reaches, and no other user of this one.
 */
export class ControlSocket {
  readonly #path: string;
  readonly #handlers: ReadonlyMap<string, ControlHandler>;
  readonly #log: Logger;
  #server: Server | null = null;

  constructor(state: string, handlers: ReadonlyMap<string, ControlHandler>, log: Logger) {
    this.#path = socketPath(state);
    this.#handlers = handlers;
    this.#log = log;
  }

  /** Where it can not be had, the agent runs without. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    try {
      if (Buffer.byteLength(this.#path) > LONGEST_PATH) throw new Error('its path is too long');
      // What a killed agent left: the state, and all in it, is this one's alone.
      await rm(this.#path, { force: true });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(this.#path, resolve);
      });
      await chmod(this.#path, 0o600);
      this.#server = server;
    } catch (error) {
      server.close();
      const { message } = error as Error;
      this.#log.warn(
        { path: this.#path, error: message },
        'no control socket: the command line can ask nothing',
      );
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await rm(this.#path, { force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://agent');
      const handler = this.#handlers.get(url.pathname);
      if (!handler || request.method !== 'POST') {
        reply(response, 404, {
          message: `Expected one of ${[...this.#handlers.keys()].join(', ')}, received ${url.pathname}. Is the agent that runs older than this program?`,
        });
        return;
      }
      const options = Object.fromEntries(url.searchParams);
      reply(response, 200, await handler({ options, body: await readBody(request) }));
    } catch (error) {
      const { message } = error as Error;
      const known = error instanceof EdgeloopError;
      reply(response, known ? 409 : 500, {
        message,
        ...(known && { code: error.code }),
      });
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_SAMPLE_BYTES) {
      request.destroy();
      throw new Error(`Expected at most ${MAX_SAMPLE_BYTES} bytes, received more.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
