import type { DeviceId } from '@edgeloop/protocol';
import type { WaveSize } from './plan.ts';
import { type Marked, targetTest } from './target.ts';

/** A device with its place among those of the rollout, from 0 to 1. */
export interface PlacedDevice extends Marked {
  readonly device: DeviceId;
  readonly place: number;
}

export interface Allotted<Device = object> {
  readonly waves: readonly (readonly (Device & PlacedDevice)[])[];
  /**
   * Of each wave by percent: whose place is below belongs to it, or to one before. Null: a wave of
   * another kind.
   */
  readonly cutoffs: readonly (number | null)[];
  /** How many no wave takes. */
  readonly left: number;
}

/**
 * Divides the target over the waves, in their order; what no wave takes is left out. A filter takes
 * whom it fits; a count the lowest places that are left; a percentage the lowest places until so
 * much of the whole target is in this wave and those before. The order of the devices does not
 * matter.
 */
export function allotWaves<Device extends PlacedDevice>(
  sizes: readonly WaveSize[],
  target: readonly Device[],
): Allotted<Device> {
  let left = target.toSorted((a, b) => a.place - b.place || (a.device < b.device ? -1 : 1));
  const waves: Device[][] = [];
  const cutoffs: (number | null)[] = [];
  for (const size of sizes) {
    const taken = new Set(take(size, left, target.length));
    waves.push([...taken]);
    left = left.filter((device) => !taken.has(device));
    cutoffs.push(cutoffOf(size, left));
  }
  return { waves, cutoffs, left: left.length };
}

function take<Device extends PlacedDevice>(
  size: WaveSize,
  left: readonly Device[],
  target: number,
): readonly Device[] {
  if ('filter' in size) return left.filter(targetTest(size.filter));
  if ('count' in size) return left.slice(0, size.count);
  // 8.8 % of 375 are 33, and 33.00000000000001 as floats.
  const inThis = Math.ceil((target * size.percent) / 100 - 1e-9) - (target - left.length);
  return left.slice(0, Math.max(0, inThis));
}

/** Between the last that is in and the first that is not. */
function cutoffOf(size: WaveSize, left: readonly PlacedDevice[]): number | null {
  if (!('percent' in size)) return null;
  return size.percent === 100 ? 1 : (left[0]?.place ?? size.percent / 100);
}

/**
 * The wave of a device that appeared after the start; null: none. A wave by count keeps what it
 * took.
 * @param cutoffs as `allotWaves` gave them at the start
 */
export function waveOfLatecomer(
  sizes: readonly WaveSize[],
  cutoffs: readonly (number | null)[],
  device: PlacedDevice,
): number | null {
  const wave = sizes.findIndex((size, i) => {
    if ('filter' in size) return targetTest(size.filter)(device);
    return 'percent' in size && device.place < (cutoffs[i] ?? 0);
  });
  return wave < 0 ? null : wave;
}
