import { type Millis, millis, type Random } from '@edgeloop/protocol';

/** Which fault strikes next: how long after the last was healed, and for how long. */
export interface PlannedFault {
  readonly name: string;
  readonly pause: Millis;
  readonly lasts: Millis;
}

/** Bounds, in ms. */
export interface Pace {
  readonly pause: readonly [number, number];
  readonly lasts: readonly [number, number];
}

/** Each fault once, as CI has it. */
export const SHORT = { pause: [50, 150], lasts: [300, 700] } as const satisfies Pace;
/** For minutes. */
export const LONG = { pause: [300, 2_000], lasts: [1_000, 8_000] } as const satisfies Pace;

/**
 * Every fault once in each round, in another order each time: none is left to chance. The same seed
 * is the same schedule.
 */
export function* planFaults(
  names: readonly string[],
  { pause, lasts }: Pace,
  random: Random,
): Generator<PlannedFault, never> {
  const between = (bounds: readonly [number, number]) =>
    millis(Math.round(random.between(...bounds)));
  for (;;) {
    const round = [...names];
    while (round.length > 0) {
      const [name = ''] = round.splice(Math.floor(random.next() * round.length), 1);
      yield { name, pause: between(pause), lasts: between(lasts) };
    }
  }
}
