import type { CameraId, Millis } from '@edgeloop/protocol';

/** How a camera's pipeline stands. */
export interface CameraProgress {
  readonly id: CameraId;
  /** The source had no more. */
  readonly finished: boolean;
  /** Monotonic time of the last frame that was classified, or of the start. */
  readonly progressAt: Millis;
  /** Monotonic time of the first frame that came since; null: none has. */
  readonly waitingSince: Millis | null;
  /** Without progress for longer than this, something is wrong. */
  readonly patience: Millis;
  /** Its pictures are all the same: there is progress, over nothing. */
  readonly frozen: boolean;
  /** It is off, by its schedule. */
  readonly resting: boolean;
}

/**
 * What is wrong, in sentences. Empty: the pipeline makes progress, or has done all there was to do.
 */
export function findProblems(
  cameras: readonly CameraProgress[],
  outboxFailing: boolean,
  now: Millis,
): string[] {
  const stuck = cameras
    .filter(({ finished, resting }) => !finished && !resting)
    .filter(({ progressAt, patience }) => now - progressAt > patience)
    .map(
      ({ id, progressAt }) =>
        `camera ${id}: no frame was classified for ${Math.round((now - progressAt) / 1000)} s`,
    );
  const frozen = cameras
    .filter(({ frozen, resting }) => frozen && !resting)
    .map(({ id }) => `camera ${id}: every picture is the same`);
  const found = [...stuck, ...frozen];
  return outboxFailing ? [...found, 'outbox: the last results could not be committed'] : found;
}
