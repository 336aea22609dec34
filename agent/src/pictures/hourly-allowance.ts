import { type Bytes, bytes, type Millis } from '@edgeloop/protocol';

const HOUR = 3_600_000;

/**
 * Bytes that may be spent within any hour. One note for each spending: as many as pictures are sent
 * in an hour.
 */
export class HourlyAllowance {
  readonly #perHour: Bytes;
  #spent: { readonly at: Millis; readonly bytes: number }[] = [];

  constructor(perHour: Bytes) {
    this.#perHour = perHour;
  }

  /** @param now by a monotonic clock */
  left(now: Millis): Bytes {
    this.#spent = this.#spent.filter(({ at }) => now - at < HOUR);
    const spent = this.#spent.reduce((sum, { bytes: one }) => sum + one, 0);
    return bytes(Math.max(0, this.#perHour - spent));
  }

  spend(amount: number, now: Millis): void {
    this.#spent.push({ at: now, bytes: amount });
  }
}
