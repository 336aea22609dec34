import type { Health, StreamId } from '@edgeloop/protocol';
import { StartError } from './errors.ts';
import type { KeptViewer } from './viewer-file.ts';

export interface DeviceView {
  readonly state: 'online' | 'offline' | 'unknown';
  readonly bootId: string | null;
  readonly health: Health | null;
  readonly streams: readonly {
    readonly stream: StreamId;
    readonly through: number;
    readonly stored: number;
  }[];
}

/** As many rows as the API gives at once. */
const PAGE = 1000;

/** The control plane's API, as far as a start needs it. */
export class ApiClient {
  readonly #port: number;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  /** For a process that speaks to it as well. */
  get token(): string {
    return this.#token;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Null: it is not there. */
  async get<Answer>(path: string): Promise<Answer | null> {
    const response = await this.#get(path);
    return response.ok ? ((await response.json()) as Answer) : null;
  }

  async post<Answer>(path: string, body: object | null = null): Promise<Answer> {
    return (await (await this.#post(path, body)).json()) as Answer;
  }

  /** Brings a file as it is. */
  async send(path: string, type: string, content: Uint8Array): Promise<void> {
    const headers = { 'content-type': type };
    await this.#ask(path, { method: 'POST', headers, body: content });
  }

  async isEnrolled(device: string): Promise<boolean> {
    return (await this.#get(`/api/devices/${device}/registration`)).ok;
  }

  /** @returns the secret of a new token */
  async enrolmentToken(wanted: object): Promise<string> {
    const response = await this.#post('/api/enrolment-tokens', wanted);
    return ((await response.json()) as { secret: string }).secret;
  }

  /** When a subscriber got its password; null: there is none of that name. */
  async passwordAt(name: string): Promise<string | null> {
    const answer = (await (await this.#get('/api/subscribers')).json()) as {
      subscribers: { name: string; passwordAt: string }[];
    };
    return answer.subscribers.find((one) => one.name === name)?.passwordAt ?? null;
  }

  /** A reader of a site, there before or not. @returns its new password */
  async subscriber(name: string, site: string): Promise<KeptViewer> {
    const renewed = await this.#post(`/api/subscribers/${name}/credential`, null);
    const response = renewed.ok
      ? renewed
      : await this.#post('/api/subscribers', { name, sites: [site] });
    const { password, subscriber } = (await response.json()) as {
      password: string;
      subscriber: { passwordAt: string };
    };
    return { name, password, passwordAt: subscriber.passwordAt };
  }

  /** Null: it has not said a word yet. */
  async device(device: string): Promise<DeviceView | null> {
    const response = await this.#get(`/api/devices/${device}`);
    return response.status === 404 ? null : ((await response.json()) as DeviceView);
  }

  /** Every number that is stored of a stream. */
  async storedNumbers(device: string, stream: StreamId): Promise<Set<number>> {
    const numbers = new Set<number>();
    for (let cursor = ''; ; ) {
      const query = `device=${device}&stream=${stream}&order=stored&limit=${PAGE}`;
      const response = await this.#get(
        `/api/detections?${query}${cursor ? `&cursor=${cursor}` : ''}`,
      );
      const page = (await response.json()) as {
        detections: { seq: number }[];
        next: string;
      };
      for (const { seq } of page.detections) numbers.add(seq);
      // A page may be short before that.
      if (page.next === cursor) return numbers;
      cursor = page.next;
    }
  }

  #get(path: string): Promise<Response> {
    return this.#ask(path, {});
  }

  #post(path: string, body: object | null): Promise<Response> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.#ask(path, { method: 'POST', ...(body && json) });
  }

  /** What is not there is answered, too. */
  async #ask(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, ...init.headers };
    const response = await fetch(`${this.url}${path}`, { ...init, headers });
    if (response.ok || response.status === 404) return response;
    const message = `Expected an answer of the API to ${path}, received ${response.status}: ${await response.text()}`;
    throw new StartError('PROCESS_ENDED', message);
  }
}
