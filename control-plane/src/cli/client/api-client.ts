import { ControlPlaneError } from '../../errors.ts';

export interface ApiClientOptions {
  /** `https://edgeloop.example`, without `/api`. */
  readonly server: string;
  readonly token: string;
}

interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly json?: unknown;
  readonly body?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Asks the control plane's API. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** @throws ControlPlaneError `SERVER_UNREACHABLE`, `REQUEST_REFUSED` with what the server said */
  async ask(path: string, { json, body, headers = {}, ...more }: Request = {}): Promise<Response> {
    const { server, token } = this.#options;
    const url = new URL(path, server);
    const init: RequestInit & { duplex?: 'half' } = {
      ...{ ...more, redirect: 'error' },
      headers: {
        authorization: `Bearer ${token}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body && { body, duplex: 'half' }),
    };
    const response = await fetch(url, init).catch((cause) => {
      throw unreachable(server, cause);
    });
    if (response.ok) return response;
    throw await refused(response);
  }

  async askJson<Answer>(path: string, request: Request = {}): Promise<Answer> {
    const response = await this.ask(path, request);
    return (await response.json().catch((cause) => {
      throw unreachable(this.#options.server, cause);
    })) as Answer;
  }
}

async function refused(response: Response): Promise<ControlPlaneError> {
  const text = await response.text().catch(() => '');
  const { status } = response;
  // A proxy that has lost the server behind it is as good as no server.
  if (status === 502 || status === 503 || status === 504) {
    return unreachable(response.url, new Error(`status ${status}`));
  }
  return new ControlPlaneError('REQUEST_REFUSED', describe(text) ?? `The server said ${status}.`);
}

function describe(text: string): string | null {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return code && detail ? `${code}: ${detail}` : null;
  } catch {
    return null;
  }
}

function unreachable(server: string, cause: Error): ControlPlaneError {
  const reason = (cause.cause as Error | undefined)?.message ?? cause.message;
  return new ControlPlaneError(
    'SERVER_UNREACHABLE',
    `Expected an answer of ${server}, received none: ${reason}. Is it running, and is --server right?`,
    { cause },
  );
}
