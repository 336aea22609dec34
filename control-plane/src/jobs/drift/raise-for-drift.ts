import type { ServingDevice } from '../../samples/budget/allot-fleet.ts';
import type { Uncertainty } from '../../samples/uncertainty.ts';
import type { DeviceDrift } from './drift-watch.ts';

const WHOLLY: Uncertainty = 1;

/**
 * A device whose scores drifted counts as wholly unsure, however sure its model says it is: it gets
 * the most to sample.
 */
export function raiseForDrift(
  devices: readonly ServingDevice[],
  drifting: readonly Pick<DeviceDrift, 'device'>[],
): readonly ServingDevice[] {
  const drifted = new Set(drifting.map(({ device }) => device));
  return devices.map((each) =>
    drifted.has(each.device) ? { ...each, uncertainty: WHOLLY } : each,
  );
}
