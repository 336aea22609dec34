import type { EpochMillis, Millis } from '@edgeloop/protocol';
import { RecentMap } from '../memory/recent-map.ts';

/** Keys that are remembered; the oldest is forgotten for one more. */
const REMEMBERED = 10_000;

/** Lets each key pass once in a while. */
export class RateLimit {
  readonly #every: Millis;
  readonly #now: () => EpochMillis;
  readonly #passedAt = new RecentMap<string, EpochMillis>(REMEMBERED);

  constructor(every: Millis, now: () => EpochMillis) {
    this.#every = every;
    this.#now = now;
  }

  mayPass(key: string): boolean {
    const now = this.#now();
    const passed = this.#passedAt.get(key);
    // A clock that was set back must not silence a key.
    if (passed !== undefined && Math.abs(now - passed) < this.#every) return false;
    this.#passedAt.set(key, now);
    return true;
  }
}
