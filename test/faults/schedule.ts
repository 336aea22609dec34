import { type Millis, millis, seededRandom } from '@edgeloop/protocol';

/** When which fault strikes, from the beginning on, and for how long. */
export interface Planned {
  readonly name: string;
  readonly at: Millis;
  readonly lasts: Millis;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly length: Millis;
  /** Between one fault and the next. */
  readonly pause: readonly [number, number];
  readonly lasts: readonly [number, number];
}

/** Every fault once in each round, in another order each time: none is left to chance. The same seed is the same schedule. */
export function planFaults(names: readonly string[], options: ScheduleOptions): Planned[] {
  const { seed, length, pause, lasts } = options;
  const random = seededRandom(seed);
  const planned: Planned[] = [];
  let round: string[] = [];
  for (let at = random.between(...pause); at < length; ) {
    if (round.length === 0) round = [...names];
    const [name] = round.splice(Math.floor(random.next() * round.length), 1);
    const time = random.between(...lasts);
    planned.push({
      name: name as string,
      at: millis(Math.round(at)),
      lasts: millis(Math.round(time)),
    });
    at += time + random.between(...pause);
  }
  return planned;
}
