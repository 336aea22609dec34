import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { histogramQuantile } from '../../statistics/histogram-quantile.ts';
import type { LatencyGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { DeviceFigures, WaveFigures } from './wave-figures.ts';

/**
 * The 95th percentile of inference times: against a limit, and against that of the model before on
 * the same devices, less what other devices slowed in the same hours (a hot afternoon throttles
 * all). Percentiles are interpolated within their bucket, as if its times were spread evenly: a
 * bucket is up to 30 % wide, so that a ratio under 1.3 would judge the buckets. Of 400 frames, the
 * 95th percentile lies between the true 92.8th and 97.2nd with 95 % confidence (binomial order
 * statistics). Source: Prometheus' `histogram_quantile`; David, Nagaraja, "Order Statistics", 3rd
 * edition, 7.1.
 */
export function judgeLatency(
  { limit, ratio, minimum }: LatencyGate,
  { wave, control }: WaveFigures,
): Judgement {
  const [before, after] = [merge(wave, 'before'), merge(wave, 'after')];
  const [otherBefore, otherAfter] = [merge(control, 'before'), merge(control, 'after')];
  const figures = {
    devices: after.devices,
    framesBefore: before.frames,
    frames: after.frames,
    p95Before: before.p95,
    p95: after.p95,
    controlP95Before: otherBefore.p95,
    controlP95: otherAfter.p95,
  };
  if (after.devices < minimum.devices || after.frames < minimum.frames || after.p95 === null) {
    const reason = `Expected ${minimum.frames} frames of ${counted(minimum.devices, 'device')}, received ${after.frames} of ${after.devices}.`;
    return undecided(reason, figures);
  }
  const p95 = `95 of 100 frames took at most ${milliseconds(after.p95)}`;
  if (limit !== undefined && !(after.p95 <= limit)) {
    return failed(`${p95}, expected ${milliseconds(limit)}.`, figures);
  }
  if (before.frames < minimum.frames || before.p95 === null) {
    const unknown = `of the model before there are ${before.frames} frames, expected ${minimum.frames}`;
    // Where nothing ran before, an absolute limit is all that there is.
    const alone = before.frames === 0 && limit !== undefined;
    return alone
      ? passed(`${p95}, expected ${milliseconds(limit)}; no model ran before.`, figures)
      : undecided(`${p95}; ${unknown}.`, figures);
  }
  const others = slowing(otherBefore, otherAfter, minimum.frames);
  const grown = after.p95 / before.p95 / others;
  const reason = `${p95}, ${milliseconds(before.p95)} before: ${times(grown)} with the change of other devices (${times(others)}) taken off, expected at most ${times(ratio)}.`;
  return grown <= ratio
    ? passed(reason, { ...figures, ratio: grown })
    : failed(reason, { ...figures, ratio: grown });
}

interface Latency {
  readonly devices: number;
  readonly frames: number;
  readonly p95: number | null;
}

function merge(devices: readonly DeviceFigures[], side: 'before' | 'after'): Latency {
  const counts = Array<number>(INFERENCE_BUCKETS_MS.length + 1).fill(0);
  let heard = 0;
  for (const device of devices) {
    const { latency } = device[side];
    for (const [i, count] of latency.entries()) counts[i] = (counts[i] ?? 0) + count;
    if (latency.some((count) => count > 0)) heard += 1;
  }
  const frames = counts.reduce((sum, count) => sum + count, 0);
  return { devices: heard, frames, p95: histogramQuantile(INFERENCE_BUCKETS_MS, counts, 0.95) };
}

/** By what others' percentile grew; 1 where too little is known of them. */
function slowing(before: Latency, after: Latency, leastFrames: number): number {
  if (before.p95 === null || after.p95 === null) return 1;
  if (Math.min(before.frames, after.frames) < leastFrames) return 1;
  return after.p95 / before.p95;
}

const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
const times = (value: number) => `${value.toFixed(2)} times`;
