import { type DeviceId, type Random, seededRandom } from '@edgeloop/protocol';
import type { Behaviour } from '../scenario/scenario.ts';

/**
 * Which devices each behaviour is of. A share is drawn: exactly so many, each time the same with
 * the same seed, and those of one behaviour independent of those of another.
 * @returns for each behaviour the devices, as indexes into `devices`
 */
export function chooseDevices(
  behaviours: readonly Behaviour[],
  devices: readonly DeviceId[],
  seed: number,
): ReadonlySet<number>[] {
  const all = devices.map((_, index) => index);
  return behaviours.map(({ devices: chosen }, i) => {
    if (chosen === null) return new Set(all);
    if ('names' in chosen) return new Set(chosen.names.map((name) => devices.indexOf(name)));
    const drawn = shuffle(all, seededRandom(seed, i + 1));
    return new Set(drawn.slice(0, Math.round(chosen.share * all.length)));
  });
}

/** Fisher and Yates. */
function shuffle(items: readonly number[], random: Random): number[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as number, shuffled[last] as number];
  }
  return shuffled;
}
