import { type EpochMillis, epochMillis, type Millis, seconds } from '@edgeloop/protocol';

/** A busy machine looks late, too, and has heard everything all the same. */
const LATE = seconds(5);

/**
 * The grace that leases have after the control plane could not hear their trainers: one that was
 * away, stood still or could not keep what it was told takes no job from a trainer that was at work
 * all the while.
 */
export class LeaseGrace {
  readonly #leaseTime: Millis;
  /** Nothing that was said is missed from then on. */
  #since: EpochMillis;
  #lookedAt: EpochMillis;

  /** @param leaseTime Within a third of it, a trainer says something. */
  constructor(leaseTime: Millis) {
    this.#leaseTime = leaseTime;
    this.#since = epochMillis(Number.NEGATIVE_INFINITY);
    this.#lookedAt = epochMillis(Number.NEGATIVE_INFINITY);
  }

  /**
   * Asked every few seconds.
   * @returns whether it has heard everything for as long as a lease lasts
   */
  look(now: EpochMillis): boolean {
    if (now - this.#lookedAt > Math.max(this.#leaseTime / 2, LATE)) this.#since = now;
    this.#lookedAt = now;
    return now - this.#since >= this.#leaseTime;
  }

  /** Something was said, and could not be kept. */
  miss(now: EpochMillis): void {
    this.#since = now;
  }
}
