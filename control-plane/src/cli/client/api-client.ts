import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiAnswer } from './api-answer.ts';
import { fillPath, type Query, type Route } from './fill-path.ts';
import { refusalOf, unreachable } from './refusal-of.ts';

export interface ApiClientOptions {
  /** `https://edgeloop.example`, without `/api`. */
  readonly server: string;
  /** Null: what anybody may ask is asked. */
  readonly token: string | null;
  /** PEM of the authorities that may vouch for the server; null: those that Node knows. */
  readonly ca?: string | null;
  /** Ends every request. */
  readonly signal?: AbortSignal;
}

export interface ApiRequest {
  /** For the parts of the route in braces. */
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Query;
  readonly json?: unknown;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A status that is an answer, too: 503 of `/healthz`. */
  readonly also?: number;
}

/**
 * Neither side says anything for so long. The check of a large model takes minutes; a stream of
 * events has a heartbeat.
 */
const IDLE = 300_000;

/** Asks the control plane's API. Follows no redirects: the token goes to one server alone. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #secure: boolean;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    const { server, ca } = options;
    this.#secure = server.startsWith('https:');
    this.#agent = this.#secure
      ? new HttpsAgent({ keepAlive: true, ...(ca && { ca }) })
      : new HttpAgent({ keepAlive: true });
  }

  get server(): string {
    return this.#options.server;
  }

  /** Ends what waits between requests, too. */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** @throws ControlPlaneError `SERVER_UNREACHABLE`, or the server's own code */
  async ask(route: Route, request: ApiRequest = {}): Promise<ApiAnswer> {
    const { server } = this.#options;
    const answer = await this.#send(route, request).catch((cause: Error) => {
      throw unreachable(server, cause);
    });
    if ((answer.status >= 200 && answer.status < 300) || answer.status === request.also)
      return answer;
    throw refusalOf(server, answer.status, await answer.text().catch(() => ''));
  }

  /** @throws ControlPlaneError `SERVER_UNREACHABLE`, or the server's own code */
  async askJson<Answer>(route: Route, request: ApiRequest = {}): Promise<Answer> {
    const { server } = this.#options;
    const answer = await this.ask(route, request);
    const text = await answer.text().catch((cause: Error) => {
      throw unreachable(server, cause);
    });
    const said = parse<Answer>(server, text);
    // Work that took long is answered with 200 before it is done.
    if (isProblem(said)) throw refusalOf(server, answer.status, text);
    return said;
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(route: Route, { json, body, headers = {}, ...more }: ApiRequest): Promise<ApiAnswer> {
    const { server, token } = this.#options;
    const { method, path } = fillPath(route, more.path ?? {}, more.query ?? {});
    const text = json === undefined ? null : Buffer.from(JSON.stringify(json));
    const request = this.#begin(new URL(path, server), {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(text && { 'content-type': 'application/json', 'content-length': text.length }),
        ...headers,
      },
      signal: anyOf(this.#options.signal, more.signal),
    });
    const answer = answerOf(request);
    if (body) pipeline(Readable.from(body), request).catch((error) => request.destroy(error));
    else request.end(text);
    return answer;
  }

  #begin(
    url: URL,
    {
      signal,
      ...options
    }: {
      method: string;
      headers: Readonly<Record<string, string | number>>;
      signal: AbortSignal | null;
    },
  ): ClientRequest {
    const send = this.#secure ? requestHttps : requestHttp;
    const agent = this.#agent;
    return send(url, { ...options, agent, timeout: IDLE, ...(signal && { signal }) });
  }
}

function parse<Answer>(server: string, text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw unreachable(server, cause as Error);
  }
}

const isProblem = (said: unknown) =>
  String((said as { type?: unknown } | null)?.type).startsWith('urn:edgeloop:problem:');

function answerOf(request: ClientRequest): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    request.on('timeout', () => request.destroy(new Error(`silent for ${IDLE / 1000} s`)));
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      resolve(new ApiAnswer(response));
      // It answered before it had read everything: what is left need not be sent.
      response.once('close', () => request.writableFinished || request.destroy());
    });
  });
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | null {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : (given[0] ?? null);
}
