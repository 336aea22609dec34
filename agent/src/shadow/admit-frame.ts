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
  if (!isItsTurn(number, every)) return 'not its turn';
  if (celsius !== null && celsius >= maxCelsius) return 'hot';
  return busy ? 'busy' : 'compare';
}

/**
 * One of each `every` frames, each time at another place among them: of cameras that take turns,
 * always the same one would be seen. Places by multiples of the golden ratio, which no period fits.
 */
function isItsTurn(number: number, every: number): boolean {
  const round = Math.floor((number - 1) / every);
  const place = Math.floor(((round * GOLDEN) % 1) * every);
  return (number - 1) % every === every - 1 - place;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
