import type { Millis } from '@edgeloop/protocol';
import { type Bucket, type Rate, refill } from './token-bucket.ts';

/** Keys that are remembered; the one that was used longest ago is forgotten for one more, and begins anew. */
const REMEMBERED = 10_000;

/** A rate for each key. */
export class KeyedRate {
  readonly #rate: Rate;
  readonly #now: () => Millis;
  readonly #remembered: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now a monotonic clock */
  constructor(rate: Rate, now: () => Millis, remembered = REMEMBERED) {
    this.#rate = rate;
    this.#now = now;
    this.#remembered = remembered;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one, if there is one. */
  take(key: string): boolean {
    const { tokens, at } = this.#refilled(key);
    const taken = tokens >= 1;
    this.#remember(key, { tokens: taken ? tokens - 1 : tokens, at });
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

  #remember(key: string, bucket: Bucket): void {
    // The map's order is that of use.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#remembered && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
