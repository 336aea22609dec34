import type { Health, StreamId } from '@edgeloop/protocol';
import { StartError } from './errors.ts';

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

  /** Null: it has not said a word yet. */
  async device(device: string): Promise<DeviceView | null> {
    const response = await this.#get(`/api/devices/${device}`);
    return response.status === 404 ? null : ((await response.json()) as DeviceView);
  }

  /** Every number that is stored of a stream. */
  async storedNumbers(device: string, stream: StreamId): Promise<Set<number>> {
    const numbers = new Set<number>();
    for (let cursor: string | null = ''; ; ) {
      const query = `device=${device}&stream=${stream}&order=stored&limit=${PAGE}`;
      const response = await this.#get(
        `/api/detections?${query}${cursor ? `&cursor=${cursor}` : ''}`,
      );
      const page = (await response.json()) as {
        detections: { seq: number }[];
        next: string | null;
      };
      for (const { seq } of page.detections) numbers.add(seq);
      if (page.detections.length < PAGE) return numbers;
      cursor = page.next;
    }
  }

  async #get(path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, { headers });
    if (response.ok || response.status === 404) return response;
    const message = `Expected an answer of the API to ${path}, received ${response.status}: ${await response.text()}`;
    throw new StartError('PROCESS_ENDED', message);
  }
}
