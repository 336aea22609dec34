import { randomUUID } from 'node:crypto';
import type { LoadClient } from './load-client.ts';
import { publishPacket, text } from './mqtt-packets.ts';
import type { Packet } from './packet-stream.ts';

/**
 * Results of a device on their way: enough that the other side is never idle. The protocol allows
 * 256.
 */
const WINDOW = 32;

/** What lets a device go on: the PUBACK of any broker, or the word that it is stored. */
export type Confirmation = 'puback' | 'delivered';

/** A device that sends results as fast as it may, or as it is told to. */
export class LoadDevice {
  readonly #client: LoadClient;
  readonly #confirmation: Confirmation;
  readonly #topic: Buffer;
  readonly #head: string;
  #sent = 0;
  #confirmed = 0;
  /** When each result on its way was captured, the oldest first. */
  #captured: number[] = [];
  #running = false;
  onConfirmed: (count: number) => void = () => {};
  /** Milliseconds from a capture to the word that it is confirmed. */
  onAge: (millis: number) => void = () => {};

  constructor(client: LoadClient, prefix: string, confirmation: Confirmation) {
    this.#client = client;
    this.#confirmation = confirmation;
    this.#topic = text(`${prefix}/detections/cam0`);
    this.#head = `{"stream":"${randomUUID()}","seq":`;
    client.onPacket = (packet) => this.#heard(packet);
  }

  get inFlight(): number {
    return this.#sent - this.#confirmed;
  }

  /** As many as the window lets it, from now on. */
  run(): void {
    this.#running = true;
    this.#fill();
  }

  rest(): void {
    this.#running = false;
  }

  sendOne(): void {
    if (this.inFlight < WINDOW) this.#send(1);
  }

  #fill(): void {
    if (this.#running) this.#send(WINDOW - this.inFlight);
  }

  #send(count: number): void {
    if (count <= 0) return;
    const now = Date.now();
    const body = `,"replayed":false,"type":"frame","capturedAt":"${new Date(now).toISOString()}",${REST}`;
    const packets: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      this.#sent += 1;
      this.#captured.push(now);
      const payload = Buffer.from(this.#head + this.#sent + body);
      packets.push(publishPacket((this.#sent % 65_535) + 1, this.#topic, payload));
    }
    this.#client.write(Buffer.concat(packets));
  }

  #heard({ type, body }: Packet): void {
    if (type === 4 && this.#confirmation === 'puback') this.#confirm(this.#confirmed + 1);
    if (type !== 3 || this.#confirmation !== 'delivered') return;
    const through = /"through":(\d+)/.exec(body.toString('latin1'))?.[1];
    if (through !== undefined) this.#confirm(Number(through));
  }

  #confirm(through: number): void {
    const count = through - this.#confirmed;
    if (count <= 0) return;
    this.#confirmed = through;
    const now = Date.now();
    for (const at of this.#captured.splice(0, count)) this.onAge(now - at);
    this.onConfirmed(count);
    this.#fill();
  }
}

/** Of a result as an agent of four classes publishes it. */
const REST = JSON.stringify({
  label: 'scratched',
  score: 0.8731624484062195,
  scores: {
    empty: 0.01293846219778061,
    good: 0.07384729385375977,
    scratched: 0.8731624484062195,
    missing: 0.04005179554224014,
  },
  bootId: '00000000-0000-4000-8000-00000000b007',
  slot: 'main',
  model: 'f1ee'.repeat(16),
}).slice(1);
