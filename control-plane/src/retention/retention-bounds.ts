import type { Bytes, Millis } from '@edgeloop/protocol';

/** What is kept how long, and how much of it; null: without bound. */
export interface RetentionBounds {
  /** Detections that were received longer ago are removed. */
  readonly detectionAge: Millis | null;
  /** The oldest detections are removed while the database holds more. */
  readonly databaseBytes: Bytes | null;
  /** Samples without a label that were received longer ago are removed. */
  readonly sampleAge: Millis | null;
  /** The oldest samples without a label are removed while all take more. */
  readonly sampleBytes: Bytes | null;
  /** Thumbnails of occurrences that were received longer ago are removed. */
  readonly pictureAge: Millis | null;
  /** While all thumbnails take more, the oldest of the devices that have most are removed. */
  readonly pictureBytes: Bytes | null;
}

export type BoundName = keyof RetentionBounds;

/** The unit of each bound: ages are in ms. */
export const BOUND_KINDS = {
  detectionAge: 'age',
  databaseBytes: 'bytes',
  sampleAge: 'age',
  sampleBytes: 'bytes',
  pictureAge: 'age',
  pictureBytes: 'bytes',
} as const satisfies Readonly<Record<BoundName, 'age' | 'bytes'>>;

export const BOUND_NAMES = Object.keys(BOUND_KINDS) as readonly BoundName[];

/** Those that hold now: who removes something looks each time. */
export interface BoundsInForce {
  readonly bounds: RetentionBounds;
  /** @returns ends it */
  onChange(listener: () => void): () => void;
}
