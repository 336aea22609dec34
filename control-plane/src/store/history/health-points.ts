import type { EpochMillis, Millis } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol/inference-buckets';
import type { HealthPoint } from '../../resources/health-history.ts';
import { histogramQuantile } from '../../statistics/histogram-quantile.ts';
import { type HealthBucket, mergeBuckets } from './health-bucket.ts';
import { floorTo, type HealthSpan } from './health-levels.ts';
import type { TimedBucket } from './health-rows.ts';

/** One point for each step of the span, heard of or not. */
export function healthPoints(
  buckets: readonly TimedBucket[],
  { from, to }: HealthSpan,
  step: Millis,
): HealthPoint[] {
  const merged = new Map<EpochMillis, HealthBucket>();
  for (const bucket of buckets) {
    const at = floorTo(bucket.at, step);
    const before = merged.get(at);
    merged.set(at, before ? mergeBuckets(before, bucket) : bucket);
  }
  return Array.from({ length: Math.round((to - from) / step) }, (_, i) => {
    const at = (from + i * step) as EpochMillis;
    return { at: timestamp(at), ...figuresOf(merged.get(at) ?? null) };
  });
}

function figuresOf(bucket: HealthBucket | null): Omit<HealthPoint, 'at'> {
  if (bucket === null) return NOTHING_HEARD;
  const { seconds, frames, skipped, lost, latency, queued, rssBytes, throttled } = bucket;
  return {
    // A first word counts nothing: since when it does is not known.
    framesPerSecond: seconds > 0 ? round(frames / seconds) : null,
    latencyP50Millis: quantile(latency, 0.5),
    latencyP95Millis: quantile(latency, 0.95),
    skipped,
    lost,
    queued,
    rssBytes,
    temperatureCelsius: bucket.celsius,
    throttled,
    diskFreeBytes: bucket.diskFreeBytes,
  };
}

const NOTHING_HEARD: Omit<HealthPoint, 'at'> = {
  framesPerSecond: null,
  latencyP50Millis: null,
  latencyP95Millis: null,
  skipped: null,
  lost: null,
  queued: null,
  rssBytes: null,
  temperatureCelsius: null,
  throttled: null,
  diskFreeBytes: null,
};

function quantile(latency: readonly number[], of: number): number | null {
  const millis = histogramQuantile(INFERENCE_BUCKETS_MS, latency, of);
  return millis === null ? null : round(millis);
}

/** Nobody reads more, and a week is a third shorter. */
const round = (value: number) => Math.round(value * 100) / 100;
