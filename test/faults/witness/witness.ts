import { connect, type MqttClient } from 'mqtt';
import type { Line } from '../line/line.ts';
import type { Ledger } from './ledger.ts';
import { readOutbox } from './read-outbox.ts';

const LOOK_EVERY = 200;

/** Looks into the outboxes again and again, and listens on the broker as a subscriber does. */
export class Witness {
  readonly #line: Line;
  readonly #ledger: Ledger;
  readonly #streams = new Map<string, string>();
  #timer: NodeJS.Timeout | null = null;
  #client: MqttClient | null = null;

  constructor(line: Line, ledger: Ledger) {
    this.#line = line;
    this.#ledger = ledger;
  }

  async start(): Promise<void> {
    const account = await this.#line.api.subscriber();
    this.#client = connect(this.#line.brokerUrl, {
      ...account,
      clientId: account.username,
      reconnectPeriod: 500,
      connectTimeout: 3_000,
    });
    this.#client.on('error', () => {});
    this.#client.on('connect', () => {
      for (const name of ['delivered', 'reported']) {
        this.#client?.subscribe(`edgeloop/v1/works/+/${name}`, { qos: 1 });
      }
    });
    this.#client.on('message', (topic, payload) => this.#hear(topic, payload.toString()));
    this.#timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  look(): void {
    for (const { name, folder } of this.#line.devices) {
      const last = this.#ledger.highestOf(name, this.#streams.get(name) ?? '');
      const contents = readOutbox(folder, last);
      if (!contents) continue;
      const known = this.#streams.get(name) === contents.stream;
      this.#streams.set(name, contents.stream);
      const all = known ? contents : readOutbox(folder);
      if (all) this.#ledger.see(name, all);
    }
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#client?.endAsync(true);
  }

  #hear(topic: string, payload: string): void {
    const [, , , device, name] = topic.split('/');
    if (!device || payload === '') return;
    const message = JSON.parse(payload);
    if (name === 'delivered') {
      this.#ledger.hearDelivered(device, message.stream, message.through);
    } else {
      const digest = message.slots?.main?.model;
      if (digest) this.#ledger.reported.add(digest);
    }
  }
}
