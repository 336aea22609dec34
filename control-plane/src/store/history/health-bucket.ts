import type { Health } from '@edgeloop/protocol';
import type { Counted } from './counted.ts';

/**
 * What was told within a span of time: what was counted adds up, of what was read the worst stands.
 */
export interface HealthBucket extends Counted {
  readonly rssBytes: number;
  /** Rows in the outbox. */
  readonly queued: number;
  /** Null, as of the next two: the device does not say. */
  readonly celsius: number | null;
  readonly throttled: boolean | null;
  readonly diskFreeBytes: number | null;
}

/** One word of a device. Counted is what came since the one before. */
export function bucketOf(counted: Counted, health: Health): HealthBucket {
  const { rssBytes, outbox, temperatureCelsius, throttled, diskFreeBytes } = health;
  return {
    ...counted,
    rssBytes,
    queued: outbox.rows,
    celsius: temperatureCelsius ?? null,
    throttled: throttled ?? null,
    diskFreeBytes: diskFreeBytes ?? null,
  };
}

export function mergeBuckets(a: HealthBucket, b: HealthBucket): HealthBucket {
  return {
    seconds: a.seconds + b.seconds,
    frames: a.frames + b.frames,
    skipped: a.skipped + b.skipped,
    lost: a.lost + b.lost,
    latency: longer(a.latency, b.latency).map((_, i) => (a.latency[i] ?? 0) + (b.latency[i] ?? 0)),
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
    queued: Math.max(a.queued, b.queued),
    celsius: worst(a.celsius, b.celsius, Math.max),
    throttled: worst(a.throttled, b.throttled, (one, other) => one || other),
    diskFreeBytes: worst(a.diskFreeBytes, b.diskFreeBytes, Math.min),
  };
}

const longer = (a: readonly number[], b: readonly number[]) => (a.length >= b.length ? a : b);

function worst<Value>(
  a: Value | null,
  b: Value | null,
  choose: (a: Value, b: Value) => Value,
): Value | null {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
}
