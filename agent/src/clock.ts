import type { EpochMillis, Millis } from '@edgeloop/protocol';

/**
 * The clocks of the machine: the time of day, which may be set, and a monotonic one. Handed in, so
 * that tests can set both.
 */
export interface Clock {
  readonly now: () => EpochMillis;
  readonly monotonic: () => Millis;
}

/** The moment now, by both clocks, as a frame carries it. */
export const stamp = (clock: Clock) => ({
  capturedAt: clock.now(),
  monotonic: clock.monotonic(),
});
