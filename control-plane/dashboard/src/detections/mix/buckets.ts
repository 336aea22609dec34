import type { BucketLength } from '../../../../src/resources/mix-buckets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a bucket is for a time so long: some sixty to a hundred and twenty bars. */
const LENGTHS: readonly (readonly [upTo: number, BucketLength, millis: number])[] = [
  [2 * HOUR, '1m', MINUTE],
  [8 * HOUR, '5m', 5 * MINUTE],
  [30 * HOUR, '15m', 15 * MINUTE],
  [5 * DAY, '1h', HOUR],
  [31 * DAY, '6h', 6 * HOUR],
  [400 * DAY, '1d', DAY],
];

export interface Buckets {
  /** ms; where the first begins: at a whole minute, hour or day of the reader. */
  readonly from: number;
  readonly to: number;
  readonly bucket: BucketLength;
  readonly millis: number;
}

/**
 * Bars for a time. Of more than 400 days the last 400.
 * @param offset the reader's time zone, ms ahead of UTC, so that a day is one of the reader's
 */
export function bucketsFor(from: number, to: number, offset: number): Buckets {
  const begin = Math.max(from, to - 400 * DAY);
  const [, bucket, millis] =
    LENGTHS.find(([upTo]) => to - begin <= upTo) ?? (LENGTHS.at(-1) as (typeof LENGTHS)[number]);
  return { from: Math.floor((begin + offset) / millis) * millis - offset, to, bucket, millis };
}
