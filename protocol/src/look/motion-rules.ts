import { type Millis, seconds } from '../units.ts';

/** Of 255: a cell has changed where its brightness differs by more. */
export const THRESHOLD_RULE = { type: 'integer', minimum: 1, maximum: 128 } as const;
/** Per cent of the cells that count: so many must have changed. */
export const AREA_RULE = { type: 'number', exclusiveMinimum: 0, maximum: 50 } as const;

export const MOTION_DEFAULTS = {
  /**
   * The mean of 8 × 8 pixels has an eighth of a sensor's noise, 1 or 2 in the dark: below 16 are
   * soft shadows and flicker.
   */
  threshold: 16,
  /** Of 640 × 480 it is what 40 × 40 pixels cover; a model of 224 sees 19 × 19 of those. */
  area: 0.5,
  /** What stops for a moment is still there, and labels need some frames after it has gone. */
  hold: seconds(5),
  /** Half of what tears an occurrence (`decide.maxGap`); of 10 frames a second one in fifty. */
  atLeastEvery: seconds(5),
} as const;

/**
 * What is wrong with a time between two frames that are looked at, as the end of a sentence
 * ("expected …"); null: nothing is.
 * @param maxGap null: each frame stands for itself
 */
export function rarityMistake(atLeastEvery: Millis, maxGap: Millis | null): string | null {
  if (maxGap === null || atLeastEvery < maxGap) return null;
  return `less than decide.maxGap (${maxGap / 1000}s), since frames further apart tear an occurrence, received ${atLeastEvery / 1000}s.`;
}
