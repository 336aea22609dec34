import type { DeviceId } from '@edgeloop/protocol';
import type { Watermark } from '../store/record.ts';

/**
 * Tells devices how far they are stored. For each device one message is on its way and the latest waits: what was
 * true before it need not be said.
 */
export class DeliveredPublisher {
  readonly #publish: (watermark: Watermark) => Promise<void>;
  readonly #onItsWay = new Set<DeviceId>();
  readonly #waiting = new Map<DeviceId, Watermark>();

  /** @param publish resolves when the broker took it; rejects when the connection was lost: it is said again then */
  constructor(publish: (watermark: Watermark) => Promise<void>) {
    this.#publish = publish;
  }

  offer(watermarks: readonly Watermark[]): void {
    for (const watermark of watermarks) {
      if (this.#onItsWay.has(watermark.device)) this.#waiting.set(watermark.device, watermark);
      else void this.#send(watermark);
    }
  }

  async #send(first: Watermark): Promise<void> {
    const { device } = first;
    this.#onItsWay.add(device);
    for (let next: Watermark | undefined = first; next; next = this.#take(device)) {
      await this.#publish(next).catch(() => {});
    }
    this.#onItsWay.delete(device);
  }

  #take(device: DeviceId): Watermark | undefined {
    const next = this.#waiting.get(device);
    this.#waiting.delete(device);
    return next;
  }
}
