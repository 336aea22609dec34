/** Conditions when a frame was classified. */
export interface Conditions {
  /** Of the frame, from 1 on. */
  readonly number: number;
  /** One frame in so many is compared. */
  readonly every: number;
  /** The candidate has a frame in hand, or a newer frame waits for the model that decides. */
  readonly busy: boolean;
  /** Null: the device does not say. */
  readonly celsius: number | null;
  readonly maxCelsius: number;
}

export type Admission = 'compare' | 'not its turn' | 'busy' | 'hot';

/**
 * Whether the candidate looks at a frame. A turn that is missed is not made up for: what is in time
 * is a fair pick.
 */
export function admitFrame({ number, every, busy, celsius, maxCelsius }: Conditions): Admission {
  if (number % every !== 0) return 'not its turn';
  if (celsius !== null && celsius >= maxCelsius) return 'hot';
  return busy ? 'busy' : 'compare';
}
