import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol/inference-buckets';
import type { Counters, Counts } from '../totals/counters.ts';
import {
  CAMERA,
  type CameraTotals,
  MODEL,
  type ModelTotals,
  OUTBOX,
  type OutboxTotals,
  UP_SECONDS,
} from '../totals/told-health.ts';

/** What a device did between two words of it. */
export interface Counted {
  /** That the agent ran; not those in which it was off. */
  readonly seconds: number;
  /** Classified. */
  readonly frames: number;
  /**
   * Replaced by a newer frame before inference: as it should be where the camera is faster than the
   * model.
   */
  readonly skipped: number;
  /** Frames that could not be read or classified, and results that could not be kept. */
  readonly lost: number;
  /** Inferences by `INFERENCE_BUCKETS_MS`, the last the rest; of every model. */
  readonly latency: readonly number[];
}

/**
 * From totals that go on over boots: a boot, counters that began anew, and words that got lost are
 * no matter. What is less than before, since a total was dropped (`carry` bounds them), counts as
 * nothing.
 */
export function countedBetween(before: Counters, after: Counters): Counted {
  const counted = { frames: 0, skipped: 0, lost: 0 };
  const latency = Array.from({ length: INFERENCE_BUCKETS_MS.length + 1 }, () => 0);
  for (const [key, now] of Object.entries(after)) {
    // Nearly all of a model's counts are of its scores, which are not asked for: only what is gets
    // subtracted.
    if (key.startsWith(MODEL)) addLatency(latency, modelOf(now), modelOf(before[key]));
    else if (key.startsWith(CAMERA)) {
      const { classified, failed, skipped, unreadable } = cameraOf(now);
      const was = cameraOf(before[key]);
      counted.frames += grown(classified, was.classified);
      counted.skipped += grown(skipped, was.skipped);
      counted.lost += grown(failed, was.failed) + grown(unreadable, was.unreadable);
    }
  }
  const [rows, were] = [outboxOf(after[OUTBOX]), outboxOf(before[OUTBOX])];
  counted.lost += grown(rows.evicted, were.evicted) + grown(rows.rejected, were.rejected);
  const seconds = grown(after[UP_SECONDS] as number, before[UP_SECONDS] as number);
  return { seconds, ...counted, latency };
}

function addLatency(sum: number[], now: Partial<ModelTotals>, was: Partial<ModelTotals>): void {
  const told = now.latency ?? [];
  // A device may tell of more buckets than there are.
  for (const [i, before] of sum.entries()) sum[i] = before + grown(told[i], was.latency?.[i]);
}

/** What an older control plane did not carry counts as nothing. */
const totalsOf =
  <Totals extends object>() =>
  (counts: Counts | undefined) =>
    (typeof counts === 'object' ? counts : {}) as Partial<Totals>;
const cameraOf = totalsOf<CameraTotals>();
const modelOf = totalsOf<ModelTotals>();
const outboxOf = totalsOf<OutboxTotals>();

/** Totals beyond all numbers have no difference. */
function grown(now = 0, before = 0): number {
  const more = now - before;
  return Number.isFinite(more) && more > 0 ? more : 0;
}
