import { accepted, Refusal } from './refusal.ts';

export interface ClientOptions {
  readonly server: URL;
  readonly token: string;
  readonly version: string;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'HEAD';
  readonly json?: unknown;
  readonly body?: ReadableStream<Uint8Array> | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** So long without an answer's beginning, and the connection counts as dead. */
  readonly timeoutMillis?: number;
  readonly signal: AbortSignal;
}

const ANSWER_TIMEOUT = 60_000;

/** Asks the control plane; everything goes out from here, by HTTPS. */
export class ControlPlaneClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws Refusal for an answer that is not of success, and for none */
  async ask(path: string, asked: Asked): Promise<Response> {
    const { method = 'GET', json, body, headers, signal } = asked;
    const { server, token, version } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), asked.timeoutMillis ?? ANSWER_TIMEOUT);
    try {
      const response = await fetch(new URL(path, server), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'user-agent': `edgeloop-trainer/${version}`,
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        ...(body instanceof ReadableStream && { duplex: 'half' }),
        // A redirect would take the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.any([signal, late.signal]),
      } as RequestInit);
      return await accepted(response);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) throw error;
      const why = late.signal.aborted ? 'no answer came in time' : reason(error as Error);
      throw new Refusal(0, 'NETWORK', `Expected ${server.host} to answer: ${why}.`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async askJson<T>(path: string, asked: Asked): Promise<T> {
    const response = await this.ask(path, asked);
    try {
      return (await response.json()) as T;
    } catch (cause) {
      asked.signal.throwIfAborted();
      throw new Refusal(0, 'NETWORK', `Expected JSON from ${path}: ${reason(cause as Error)}.`, {
        cause,
      });
    }
  }
}

/** fetch says "fetch failed", and its cause why. */
function reason(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
