import { connect, type MqttClient } from 'mqtt';

/** A result as it came. */
export interface HeardResult {
  readonly at: number;
  /** When the agent had the frame, by the clock of the wall. */
  readonly capturedAt: number;
}

/** A foreign client that hears the results of one camera. */
export class HeardResults {
  readonly #client: MqttClient;
  readonly results: HeardResult[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async listen(url: string, filter: string): Promise<HeardResults> {
    const heard = new HeardResults(connect(url));
    heard.#client.on('message', (_topic, payload) => {
      const at = performance.now();
      heard.results.push({ at, capturedAt: Date.parse(JSON.parse(payload.toString()).capturedAt) });
    });
    await new Promise<void>((resolve, reject) => {
      heard.#client.subscribe(filter, { qos: 1 }, (error) => (error ? reject(error) : resolve()));
    });
    return heard;
  }

  close(): void {
    this.#client.end(true);
  }
}
