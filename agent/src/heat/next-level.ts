import { type Millis, millis } from '@edgeloop/protocol';

/** When a device slows down, and how far. */
export interface HeatLimits {
  /** °C from which on it does. */
  readonly slowAt: number;
  /** °C below `slowAt` from which on it goes faster again. */
  readonly hysteresis: number;
  /** Between two inferences of a camera, at most. */
  readonly maxInterval: Millis;
}

export interface Heat {
  /** Null: the device does not say. */
  readonly celsius: number | null;
  /** Its firmware slows it down already, for heat or for want of voltage; null: it does not say. */
  readonly throttled: boolean | null;
}

const FIRST_INTERVAL = 100;

/**
 * The next of the levels of slowness, 0 for full speed: one up while it is hot, one down when it
 * has cooled well below, and as it is in between, so that it does not swing to and fro.
 */
export function nextLevel(level: number, { celsius, throttled }: Heat, limits: HeatLimits): number {
  const hot = throttled === true || (celsius !== null && celsius >= limits.slowAt);
  if (hot) return intervalOf(level, limits) < limits.maxInterval ? level + 1 : level;
  const cool = celsius === null || celsius <= limits.slowAt - limits.hysteresis;
  return cool ? Math.max(0, level - 1) : level;
}

/** Least time from one inference of a camera to its next: 0, 100 ms, and double with each level. */
export function intervalOf(level: number, { maxInterval }: HeatLimits): Millis {
  return level === 0 ? millis(0) : millis(Math.min(maxInterval, FIRST_INTERVAL * 2 ** (level - 1)));
}
