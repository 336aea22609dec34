import type { Millis } from '@edgeloop/protocol';
import type { Lease } from './lease-store.ts';

export type LeaseState =
  /** Nobody has it. */
  | 'free'
  | 'held'
  /** Whoever has it gave no sign of life for as long as one is patient. */
  | 'stale';

/**
 * Judges a lease by how long it was seen unchanged, by one's own clock that nobody sets: two
 * machines need not agree on the time.
 */
export class LeaseWatch {
  readonly #patience: Millis;
  #seen: Lease | null = null;
  #since = 0;

  constructor(patience: Millis) {
    this.#patience = patience;
  }

  /**
   * @param asked when it was asked for, in ms of a monotonic clock
   * @param now when it was answered
   */
  see(lease: Lease, asked: number, now: number): LeaseState {
    const unchanged = this.#seen?.generation === lease.generation && this.#seen.beat === lease.beat;
    if (!unchanged) this.#since = now;
    this.#seen = lease;
    if (lease.holder === null) return 'free';
    return asked - this.#since >= this.#patience ? 'stale' : 'held';
  }

  /** How long it has been unchanged, in ms. */
  unchangedFor(now: number): number {
    return this.#seen === null ? 0 : Math.max(0, now - this.#since);
  }

  /** Nobody could give a sign of life: its time begins anew. */
  restart(now: number): void {
    this.#since = now;
  }
}
