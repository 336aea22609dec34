import type { Bytes, DeviceId } from '@edgeloop/protocol';
import type { Uncertainty } from '../uncertainty.ts';
import { apportion } from './apportion.ts';

/** How much may be sampled: of a device, or of all together. */
export interface SampleBudget {
  readonly perHour: number;
  readonly perDay: number;
  readonly bytesPerDay: Bytes;
}

export interface UnsureDevice {
  readonly device: DeviceId;
  /** Null: not known; taken as the mean of the others. */
  readonly uncertainty: Uncertainty | null;
}

export interface Allotment {
  readonly device: DeviceId;
  readonly budget: SampleBudget;
}

/** Half is divided evenly: a device that is sure of itself and wrong must still be seen. */
const EVEN_SHARE = 0.5;

/**
 * Divides a fleet's budget over its devices: each has a floor, and the more unsure its model is,
 * the more it gets. The parts add up to the whole exactly. The order of the devices does not
 * matter.
 */
export function allotBudget(
  fleet: SampleBudget,
  devices: readonly UnsureDevice[],
): readonly Allotment[] {
  const ordered = devices.toSorted((a, b) => (a.device < b.device ? -1 : 1));
  const known = ordered.flatMap(({ uncertainty }) => (uncertainty === null ? [] : [uncertainty]));
  const mean = known.length === 0 ? 1 : known.reduce((a, b) => a + b, 0) / known.length;
  const weights = ordered.map(({ uncertainty }) => uncertainty ?? mean);
  const divide = (total: number) => apportion(total, weights, EVEN_SHARE);
  const [perHour, perDay, bytesPerDay] = [
    divide(fleet.perHour),
    divide(fleet.perDay),
    divide(fleet.bytesPerDay),
  ];
  return ordered.map(({ device }, i) => ({
    device,
    budget: {
      perHour: perHour[i] as number,
      perDay: perDay[i] as number,
      bytesPerDay: bytesPerDay[i] as Bytes,
    },
  }));
}
