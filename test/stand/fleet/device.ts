import { setTimeout as delay } from 'node:timers/promises';
import { buildTopic, parseId } from '@edgeloop/protocol';
import { connect, type MqttClient } from 'mqtt';
import { detection } from './messages.ts';

/** Rows beyond what is stored, as the protocol allows. */
const WINDOW = 256;

/**
 * A device that speaks the real protocol over MQTT.js and keeps its rows until they are stored:
 * sends from the watermark on, again after each reconnect and when asked to, at most a window
 * ahead. No cameras, no disk.
 */
export class Device {
  readonly address;
  readonly stream: string;
  readonly #url: string;
  #client: MqttClient | null = null;
  #through = 0;
  #sent = 0;
  #rows = 0;
  #closed = false;
  readonly #password: string | undefined;

  /** @param password null: it is let in without one */
  constructor(url: string, device: string, stream: string, password: string | null = null) {
    this.#url = url;
    this.#password = password ?? undefined;
    this.stream = stream;
    this.address = { site: parseId('site', 'works'), device: parseId('device', device) };
  }

  get through(): number {
    return this.#through;
  }

  start(): void {
    // Of a cluster one after another, until one lets it in.
    const servers = this.#url.split(',').map((address) => {
      const { hostname: host, port } = new URL(address);
      return { host, port: Number(port) };
    });
    const client = connect({
      servers,
      clientId: this.address.device,
      ...(this.#password && { username: this.address.device, password: this.#password }),
      reconnectPeriod: 100,
      will: {
        topic: buildTopic('status', this.address),
        payload: Buffer.from(JSON.stringify({ state: 'offline', ...BOOT })),
        qos: 1,
        retain: true,
      },
    });
    this.#client = client;
    client.on('error', () => {});
    client.on('connect', () => {
      client.subscribe(buildTopic('delivered', this.address), { qos: 1 });
      this.say('status', { state: 'online', ...BOOT, at: new Date().toISOString() }, true);
      this.#sent = this.#through;
      this.#pump();
    });
    client.on('message', (_topic, payload) => {
      // Cleared.
      if (payload.length === 0) return;
      const { stream, through, resend } = JSON.parse(payload.toString());
      if (stream !== this.stream) return;
      this.#through = Math.max(this.#through, through);
      this.#sent = resend ? this.#through : Math.max(this.#sent, this.#through);
      this.#pump();
    });
  }

  /** So many more rows; resolves when all are stored, or it was closed. */
  async produce(rows: number): Promise<void> {
    this.#rows += rows;
    this.#pump();
    while (this.#through < this.#rows && !this.#closed) await delay(5);
  }

  say(topic: string, message: object, retain = false): void {
    this.sayText(topic, JSON.stringify(message), retain);
  }

  /** What need not be JSON. */
  sayText(topic: string, payload: string, retain = false): void {
    const { site, device } = this.address;
    this.#client?.publish(`edgeloop/v1/${site}/${device}/${topic}`, payload, { qos: 1, retain });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.endAsync(true);
  }

  /** Without a word to the broker. */
  cut(): void {
    this.#client?.stream.destroy();
  }

  #pump(): void {
    if (!this.#client?.connected) return;
    while (this.#sent < Math.min(this.#rows, this.#through + WINDOW)) {
      this.#sent += 1;
      this.say('detections/cam0', detection({ stream: this.stream, seq: this.#sent }));
    }
  }
}

const BOOT = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };
