import type { Millis } from '@edgeloop/protocol';
import { RecentMap } from '../../memory/recent-map.ts';
import { type Bucket, type Rate, refill } from './token-bucket.ts';

/**
 * Keys that are remembered; the one that was used longest ago is forgotten for one more, and begins
 * anew.
 */
const REMEMBERED = 10_000;

/** A rate for each key. */
export class KeyedRate {
  readonly #rate: Rate;
  readonly #now: () => Millis;
  readonly #buckets: RecentMap<string, Bucket>;

  /** @param now a monotonic clock */
  constructor(rate: Rate, now: () => Millis, remembered = REMEMBERED) {
    this.#rate = rate;
    this.#now = now;
    this.#buckets = new RecentMap(remembered);
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one, if there is one. */
  take(key: string): boolean {
    const { tokens, at } = this.#refilled(key);
    const taken = tokens >= 1;
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at });
    return taken;
  }

  /** Whether `take` would get one. */
  has(key: string): boolean {
    return this.#refilled(key).tokens >= 1;
  }

  /** How many are gone. */
  used(key: string): number {
    return this.#rate.burst - this.#refilled(key).tokens;
  }

  #refilled(key: string): Bucket {
    return refill(this.#buckets.get(key), this.#rate, this.#now());
  }
}
