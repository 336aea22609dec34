import { untilAny } from '@edgeloop/daemon';
import { TrainerError } from '../errors.ts';
import { accepted, Refusal } from './refusal.ts';

export interface ClientOptions {
  readonly server: URL;
  readonly token: string;
  readonly version: string;
  /** Told of each request whether there was an answer, whatever it said. */
  readonly onAsked?: (answered: boolean) => void;
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'HEAD';
  readonly json?: unknown;
  /**
   * Of a stream as it is: one of `Readable.toWeb` ends the process when an answer comes before its
   * end (Node 20).
   */
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** So long without an answer (its beginning, for `ask`), and the connection counts as dead. */
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

  /**
   * @param read takes what it wants of the answer: afterwards its signal ends nothing
   * @throws Refusal for an answer that is not of success, and for none; TrainerError
   * `OPTION_INVALID` where none can be asked for; what `read` throws
   */
  ask(
    path: string,
    asked: RequestOptions,
    read: (response: Response) => Promise<void> = async () => {},
  ): Promise<void> {
    return untilAny([asked.signal], async (signal) =>
      read(await this.#ask(path, { ...asked, signal }, async (response) => response)),
    );
  }

  /** The whole answer comes in time, or counts as none. */
  askJson<T>(path: string, asked: RequestOptions): Promise<T> {
    return untilAny([asked.signal], (signal) =>
      this.#ask(path, { ...asked, signal }, (response) => response.json() as Promise<T>),
    );
  }

  /** Null for an answer without content. */
  askJsonOrNull<T>(path: string, asked: RequestOptions): Promise<T | null> {
    return untilAny([asked.signal], (signal) =>
      this.#ask(path, { ...asked, signal }, async (response) =>
        response.status === 204 ? null : ((await response.json()) as T),
      ),
    );
  }

  /** @param asked With a signal that ends with what asks. */
  async #ask<T>(
    path: string,
    asked: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { method = 'GET', json, body, headers, signal } = asked;
    const { server, token, version, onAsked = () => {} } = this.#options;
    const url = new URL(path, server);
    const all = {
      authorization: `Bearer ${token}`,
      'user-agent': `edgeloop-trainer/${version}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    checkSendable(url, all);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), asked.timeoutMillis ?? ANSWER_TIMEOUT);
    try {
      const response = await fetch(url, {
        method,
        headers: all,
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        ...(body && !(body instanceof Uint8Array) && { duplex: 'half' }),
        // A redirect would take the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.any([signal, late.signal]),
      } as RequestInit);
      onAsked(true);
      return await read(await accepted(response));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) throw error;
      onAsked(false);
      const why = late.signal.aborted ? 'no answer came in time' : reason(error as Error);
      throw new Refusal(0, 'NETWORK', `Expected ${server.host} to answer: ${why}.`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * What can't be sent is no network that may come back. What is said of it by fetch quotes the
 * token.
 */
function checkSendable(url: URL, headers: Record<string, string>): void {
  try {
    new Request(url, { headers });
  } catch {
    const message = `Expected an address without a password, and a token that a header can hold, to ask ${url.host}, received others.`;
    throw new TrainerError('OPTION_INVALID', message);
  }
}

/** fetch says "fetch failed", and its cause why. */
function reason(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
