import {
  type CameraId,
  type Health,
  INFERENCE_BUCKETS_MS,
  SCORE_BUCKETS,
  type ServedModel,
} from '@edgeloop/protocol';

type CameraHealth = Health['cameras'][string];
export type CameraCounters = CameraHealth & Required<Pick<CameraHealth, 'faults'>>;
export type ModelCounters = Omit<Health['models'][string], 'processRestarts'>;

/** What is counted since the agent started: cumulative, so that a lost message loses nothing. */
export interface Counters {
  readonly cameras: Map<CameraId, CameraCounters>;
  readonly models: Map<ServedModel, ModelCounters>;
}

export function newCounters(cameras: Iterable<CameraId>): Counters {
  return {
    cameras: new Map(Array.from(cameras, (id) => [id, newCameraCounters()])),
    models: new Map(),
  };
}

/** A model's own, from 0 where it is new. Those of a model that was replaced stay. */
export function countersOf({ models }: Counters, served: ServedModel): ModelCounters {
  const counters = models.get(served) ?? newModelCounters();
  models.set(served, counters);
  return counters;
}

/** Counts one inference: its time, and the score of the class that won. */
export function countInference(
  counters: ModelCounters,
  inferenceMillis: number,
  label: string,
  score: number,
): void {
  countMillis(counters.inferenceMillis, inferenceMillis);
  if (!Object.hasOwn(counters.scores, label)) {
    counters.scores[label] = SCORE_BUCKETS.map(() => 0);
  }
  const last = SCORE_BUCKETS.length - 1;
  increment(counters.scores[label] as number[], Math.min(last, bucketOf(SCORE_BUCKETS, score)));
}

/** Counts one inference by its time. */
export function countMillis(
  histogram: ModelCounters['inferenceMillis'],
  inferenceMillis: number,
): void {
  increment(histogram.counts, bucketOf(INFERENCE_BUCKETS_MS, inferenceMillis));
  histogram.sum += inferenceMillis;
}

function newCameraCounters(): CameraCounters {
  return {
    captured: 0,
    skipped: 0,
    unreadable: 0,
    classified: 0,
    failed: 0,
    restarts: 0,
    faults: { absent: 0, failed: 0, silent: 0, size: 0, frozen: 0, black: 0 },
  };
}

function newModelCounters(): ModelCounters {
  const counts = [...INFERENCE_BUCKETS_MS, Number.POSITIVE_INFINITY].map(() => 0);
  return { inferenceMillis: { counts, sum: 0 }, scores: {} };
}

/** The first bucket whose bound is not exceeded, or the one after the last. */
function bucketOf(bounds: readonly number[], value: number): number {
  const index = bounds.findIndex((bound) => value <= bound);
  return index === -1 ? bounds.length : index;
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] as number) + 1;
}
