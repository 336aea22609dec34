import { once } from 'node:events';
import {
  type ClientRequest,
  Agent as HttpAgent,
  type RequestOptions as HttpRequestOptions,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DeviceId, Millis } from '@edgeloop/protocol';
import { readText } from './read-text.ts';

export interface ServerClientOptions {
  /** `https://edgeloop.lan`: scheme, host, port. */
  readonly url: string;
  /** PEM of the authorities that may vouch for the server; null: those that Node knows. */
  readonly ca: string | null;
  readonly device: DeviceId;
  /** The device's credential, the one that the broker knows. */
  readonly password: () => string;
}

/** What the server said. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ServerRequest {
  readonly method: 'POST' | 'PUT' | 'HEAD' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

export interface DownloadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The server may say nothing for so long. */
  readonly idle: Millis;
  readonly signal: AbortSignal;
}

/** An answer whose body is still to come. */
export interface Download {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Comes no faster than it is read; to stop reading ends the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Of a body that nobody begins to read. */
  readonly discard: () => void;
}

type RequestOptions = Pick<HttpRequestOptions, 'method' | 'timeout' | 'signal'> & {
  readonly headers: ServerRequest['headers'];
};

/** Neither side said anything for so long. */
const IDLE = 30_000;

/**
 * Requests to the control plane as this device. Follows no redirects: the credential goes to one
 * server alone.
 */
export class ServerClient {
  readonly #options: ServerClientOptions;
  readonly #secure: boolean;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(options: ServerClientOptions) {
    this.#options = options;
    this.#secure = options.url.startsWith('https:');
    this.#agent = this.#secure
      ? new HttpsAgent({ keepAlive: true, maxSockets: 1, ...(options.ca && { ca: options.ca }) })
      : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  }

  /** @throws Error when there was no whole answer */
  async send({ method, path, headers, body, signal }: ServerRequest): Promise<Answer> {
    const request = this.#request(path, { method, headers, timeout: IDLE, signal });
    return new Promise((resolve, reject) => {
      request.on('timeout', () => request.destroy(silent(IDLE)));
      request.on('error', reject);
      request.on('response', (response) => {
        readAnswer(response)
          .then(resolve, reject)
          // It answered before it had read everything: what is left need not be sent.
          .finally(() => request.writableFinished || request.destroy());
      });
      if (body) pipeline(Readable.from(body), request).catch(reject);
      else request.end();
    });
  }

  /**
   * @throws Error when there was no answer; while the body is read, when it broke off or came no
   * further
   */
  async get({ path, headers, idle, signal }: DownloadRequest): Promise<Download> {
    const request = this.#request(path, { method: 'GET', headers, signal });
    let timer: NodeJS.Timeout | undefined;
    // To wait for those before it on the one connection is no silence of the server.
    request.once('socket', () => {
      timer = setTimeout(() => request.destroy(silent(idle)), idle);
    });
    request.end();
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      // From here on the body says what goes wrong.
      request.on('error', () => {});
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: readBody(response, idle),
        discard: () => response.destroy(),
      };
    } finally {
      clearTimeout(timer);
    }
  }

  #request(path: string, options: RequestOptions): ClientRequest {
    const { url, device, password } = this.#options;
    const target = new URL(path, url);
    if (target.origin !== new URL(url).origin) {
      throw new Error(`expected a path on ${url}, the server sent ${target.origin}`);
    }
    const credential = Buffer.from(`${device}:${password()}`).toString('base64');
    return (this.#secure ? requestHttps : requestHttp)(target, {
      ...options,
      headers: { ...options.headers, authorization: `Basic ${credential}` },
      agent: this.#agent,
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const body = await readText(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/**
 * Only the time that is spent waiting counts: whoever reads slowly is not answered for by the
 * server.
 */
async function* readBody(response: IncomingMessage, idle: Millis): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const timer = setTimeout(() => response.destroy(silent(idle)), idle);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    response.destroy();
  }
}

const silent = (idle: number) => new Error(`silent for ${idle / 1000} s`);
