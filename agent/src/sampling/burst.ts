import type { BurstId, EpochMillis, Millis } from '@edgeloop/protocol';

/**
 * Samples of one camera that are close in time: they look alike, and stay on one side of a split.
 */
export interface Burst {
  readonly id: BurstId;
  readonly begunAt: EpochMillis;
  readonly lastAt: EpochMillis;
}

/** A longer pause ends a burst. */
const PAUSE = 60_000;
/** A camera that never pauses must not make one burst of its whole life. */
const LONGEST = 10 * 60_000;

/** Whether a frame comes too soon after the last sample of its camera. */
export function isCooling(burst: Burst | undefined, at: EpochMillis, cooldown: Millis): boolean {
  return burst !== undefined && apart(burst.lastAt, at) < cooldown;
}

/** The burst that a sample at this time belongs to: the open one, or a new one. */
export function placeInBurst(
  open: Burst | undefined,
  at: EpochMillis,
  newId: () => BurstId,
): Burst {
  const goesOn = open && apart(open.lastAt, at) <= PAUSE && apart(open.begunAt, at) <= LONGEST;
  return goesOn ? { ...open, lastAt: at } : { id: newId(), begunAt: at, lastAt: at };
}

/** By the wall clock, which outlives a restart, and which may be set back. */
const apart = (a: EpochMillis, b: EpochMillis): number => Math.abs(a - b);
