import type { EpochMillis, Millis } from '@edgeloop/protocol';

/** Keys that are remembered; the oldest is forgotten for one more. */
const REMEMBERED = 10_000;

/** Lets each key pass once in a while. */
export class RateLimit {
  readonly #every: Millis;
  readonly #now: () => EpochMillis;
  readonly #passedAt = new Map<string, EpochMillis>();

  constructor(every: Millis, now: () => EpochMillis) {
    this.#every = every;
    this.#now = now;
  }

  mayPass(key: string): boolean {
    const now = this.#now();
    const passed = this.#passedAt.get(key);
    // A clock that was set back must not silence a key.
    if (passed !== undefined && Math.abs(now - passed) < this.#every) return false;
    this.#passedAt.delete(key);
    this.#passedAt.set(key, now);
    const [oldest] = this.#passedAt.keys();
    if (this.#passedAt.size > REMEMBERED && oldest !== undefined) this.#passedAt.delete(oldest);
    return true;
  }
}
