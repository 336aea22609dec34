import { type Millis, seconds } from '@edgeloop/protocol/units';

/** How long a bucket can be. */
export const BUCKETS = {
  '1m': seconds(60),
  '5m': seconds(5 * 60),
  '15m': seconds(15 * 60),
  '1h': seconds(3600),
  '6h': seconds(6 * 3600),
  '1d': seconds(24 * 3600),
} as const satisfies Readonly<Record<string, Millis>>;
export type BucketLength = keyof typeof BUCKETS;

export const MOST_BUCKETS = 500;
