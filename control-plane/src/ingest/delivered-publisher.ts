import type { DeviceId } from '@edgeloop/protocol';
import type { Watermark } from '../store/record.ts';

/**
 * Under load the broker takes them as fast as it can, and what a device is told covers more of its
 * results.
 */
const MOST_ON_THEIR_WAY = 64;

/**
 * Tells devices how far they are stored. For each device one message is on its way and the latest
 * waits: what was true before it need not be said, but that something is to be sent again. Those
 * that wait have their turn in the order in which they began to.
 */
export class DeliveredPublisher {
  readonly #publish: (watermark: Watermark) => Promise<void>;
  readonly #onItsWay = new Set<DeviceId>();
  readonly #waiting = new Map<DeviceId, Watermark>();

  /**
   * @param publish resolves when the broker took it; rejects when the connection was lost: it is
   * said again then
   */
  constructor(publish: (watermark: Watermark) => Promise<void>) {
    this.#publish = publish;
  }

  offer(watermarks: readonly Watermark[]): void {
    for (const watermark of watermarks) {
      const { device, stream, gap } = watermark;
      const waits = this.#waiting.get(device);
      const asks = gap || (waits !== undefined && waits.stream === stream && waits.gap);
      this.#waiting.set(device, asks === gap ? watermark : { ...watermark, gap: asks });
    }
    this.#sendSome();
  }

  #sendSome(): void {
    for (const [device, watermark] of this.#waiting) {
      if (this.#onItsWay.size >= MOST_ON_THEIR_WAY) return;
      if (this.#onItsWay.has(device)) continue;
      this.#waiting.delete(device);
      void this.#send(watermark);
    }
  }

  async #send(watermark: Watermark): Promise<void> {
    this.#onItsWay.add(watermark.device);
    await this.#publish(watermark).catch(() => {});
    this.#onItsWay.delete(watermark.device);
    this.#sendSome();
  }
}
