import type { Millis } from '@edgeloop/protocol';

/** So many at once, and so many a second on the long run. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket {
  readonly tokens: number;
  /** When there were so many. */
  readonly at: Millis;
}

/** The bucket as it is now. A clock that went back adds nothing. */
export function refill(bucket: Bucket | undefined, rate: Rate, now: Millis): Bucket {
  if (!bucket) return { tokens: rate.burst, at: now };
  const passed = Math.max(0, now - bucket.at) / 1000;
  return { tokens: Math.min(rate.burst, bucket.tokens + passed * rate.perSecond), at: now };
}
