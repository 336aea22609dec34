import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DeviceId } from '@edgeloop/protocol';

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
  readonly method: 'POST' | 'HEAD' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Neither side said anything for so long. */
const IDLE = 30_000;
/** Answers are small; what is beyond is not read. */
const LONGEST_ANSWER = 64 * 1024;

/** Requests to the control plane as this device. Follows no redirects: the credential goes to one server alone. */
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
  send({ method, path, headers, body, signal }: ServerRequest): Promise<Answer> {
    const { url, device, password } = this.#options;
    const target = new URL(path, url);
    if (target.origin !== new URL(url).origin) {
      return Promise.reject(
        new Error(`expected a path on ${url}, the server sent ${target.origin}`),
      );
    }
    const credential = Buffer.from(`${device}:${password()}`).toString('base64');
    return new Promise((resolve, reject) => {
      const request = (this.#secure ? requestHttps : requestHttp)(target, {
        method,
        headers: { ...headers, authorization: `Basic ${credential}` },
        agent: this.#agent,
        timeout: IDLE,
        signal,
      });
      request.on('timeout', () => request.destroy(new Error(`silent for ${IDLE / 1000} s`)));
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

  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > LONGEST_ANSWER) break;
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
