import type { Bytes, Millis } from '@edgeloop/protocol';

export interface RateLimits {
  /**
   * Bytes a second that the server must bring over each `rateWindow` that is spent waiting for it.
   */
  readonly minRate: Bytes;
  readonly rateWindow: Millis;
}

/**
 * Tells a server that keeps a download alive without getting it anywhere. Only the time spent
 * waiting for it counts, so that neither the bandwidth that the device allows itself nor a slow
 * disk is held against the server.
 */
export class RateWatch {
  readonly #limits: RateLimits;
  #waited = 0;
  #received = 0;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** @returns whether it is too slow */
  add(received: number, waited: number): boolean {
    const { minRate, rateWindow } = this.#limits;
    this.#received += received;
    this.#waited += waited;
    if (this.#waited < rateWindow) return false;
    const slow = (this.#received / this.#waited) * 1000 < minRate;
    this.#waited = 0;
    this.#received = 0;
    return slow;
  }
}
